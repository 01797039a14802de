import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Library } from "./library.ts";

/** Addresses of this process, the last one excluded. */
export interface MemoryRange {
  readonly start: number;
  readonly end: number;
}

const HUGE_PAGE = 2 * 2 ** 20;
/** Moved by one call: some 10 ms, after which the move can be stopped. */
const MOVED_AT_ONCE = 4 * HUGE_PAGE;
/** Advice of Linux 6.1 and later; older ones refuse it. */
const MADV_COLLAPSE = 25;
/** A line of `/proc/self/maps`: memory of this process alone that it may write, of no file and without a name. */
const ANONYMOUS = /^([0-9a-f]+)-([0-9a-f]+) rw-p 0+ 00:00 0 *$/gm;

/** What is mapped without a file, in the order of addresses. Empty where the system does not say it as Linux does. */
export function anonymousMemory(): readonly MemoryRange[] {
  try {
    return parseMappings(readFileSync("/proc/self/maps", "latin1"));
  } catch {
    return [];
  }
}

/** @param maps The text of `/proc/self/maps`. */
export function parseMappings(maps: string): readonly MemoryRange[] {
  return Array.from(maps.matchAll(ANONYMOUS), ([, start, end]) => ({
    start: Number.parseInt(start!, 16),
    end: Number.parseInt(end!, 16),
  }));
}

/** What is in `after` and not in `before`, in pieces that hold a huge page at least. Mappings side by side are one in either. */
export function addedMemory(before: readonly MemoryRange[], after: readonly MemoryRange[]): readonly MemoryRange[] {
  return after
    .flatMap((range) => {
      const known = before.filter(({ start, end }) => start < range.end && end > range.start);
      const starts = [range.start, ...known.map(({ end }) => end)];
      const ends = [...known.map(({ start }) => start), range.end];
      return starts.map((start, i) => ({ start, end: ends[i]! }));
    })
    .map(({ start, end }) => ({ start: Math.ceil(start / HUGE_PAGE), end: Math.floor(end / HUGE_PAGE) }))
    .filter(({ start, end }) => start < end)
    .map(({ start, end }) => ({ start: start * HUGE_PAGE, end: end * HUGE_PAGE }));
}

/** Memory that is being moved. */
export interface Move {
  /** Settles when everything was tried, or the move was stopped; never rejects. */
  readonly done: Promise<void>;
  /** Ends the move after the pages that are under way. */
  stop(): void;
}

/**
 * Moves memory to pages of 2 MiB, on a thread of libuv's pool: a processor then looks up an address 512 times less often, which is what a
 * run waits for that reads all weights for a row or two. Values and addresses stay, so that memory may be in use, or freed, meanwhile. What
 * the system will not move stays as it is.
 *
 * @see https://man7.org/linux/man-pages/man2/madvise.2.html, `MADV_COLLAPSE`
 */
export function moveToHugePages(koffi: Library["koffi"], memory: readonly MemoryRange[]): Move {
  let isStopped = false;
  const move = async () => {
    const madvise = koffi.load(null).func("madvise", "int", ["uintptr_t", "size_t", "int"]);
    for (const { start, end } of memory)
      for (let at = start; at < end && !isStopped; at += MOVED_AT_ONCE) {
        // A process that has nothing else to do ends here.
        await setTimeout(1, undefined, { ref: false });
        const bytes = Math.min(MOVED_AT_ONCE, end - at);
        await new Promise((resolve) => madvise.async(at, bytes, MADV_COLLAPSE, resolve));
      }
  };
  return {
    done: memory.length === 0 ? Promise.resolve() : move().catch(() => undefined),
    stop: () => {
      isStopped = true;
    },
  };
}
