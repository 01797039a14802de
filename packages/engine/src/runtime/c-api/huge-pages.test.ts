import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../graph/builder.ts";
import { encodeModel } from "../../onnx/encode.ts";
import { nameOutputs } from "../../passes/name-outputs.ts";
import { tensor, tensorFrom } from "../../tensor/tensor.ts";
import { createCApiRuntime } from "./c-api-runtime.ts";
import { addedMemory, anonymousMemory, type MemoryRange, moveToHugePages, parseMappings } from "./huge-pages.ts";
import { loadNative } from "./native.ts";

const MIB = 2 ** 20;
const HUGE_PAGE = 2 * MIB;

/**
 * Above 32 MiB the C library always maps memory of its own (mallopt(3), M_MMAP_THRESHOLD), whatever the tests before have
 * left to be used again.
 */
const ALWAYS_MAPPED = 64 * MIB;
const SIZE = 4096;

/** A product with 64 MiB of weights. */
function weighted(): Uint8Array {
  const b = new GraphBuilder({ name: "weighted" });
  const values = Float32Array.from({ length: SIZE ** 2 }, (_, i) => (i % 101) / 101);
  const weights = b.initializer("weights", tensor("float32", [SIZE, SIZE], values));
  b.output(b.op("MatMul", [b.input("x", "float32", [1, SIZE]), weights]), "y");
  return encodeModel(nameOutputs(b.build()));
}

/** Of a mapping as the kernel accounts it. */
function hugeBytes(address: number): number {
  const mappings = readFileSync("/proc/self/smaps", "latin1").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return mappings
    .filter((text) => {
      const [start, end] = text.split(/[- ]/, 2).map((bound) => Number.parseInt(bound, 16));
      return start! < address + ALWAYS_MAPPED && end! > address;
    })
    .reduce((sum, text) => sum + 1024 * Number(/AnonHugePages: +(\d+)/.exec(text)![1]), 0);
}

test("takes private memory without a file or a name", () => {
  const maps = `559c00000000-559c00200000 r-xp 00000000 fd:00 1234       /usr/bin/node
559c10000000-559c10400000 rw-p 00000000 00:00 0          [heap]
7f0000000000-7f0000400000 rw-p 00000000 00:00 0 
7f0000400000-7f0000800000 ---p 00000000 00:00 0 
7f0001000000-7f0001400000 rw-s 00000000 00:00 0 
7f0002000000-7f0002400000 rw-p 00000000 fd:00 99         /tmp/model.onnx
7f0003000000-7f0003800000 rw-p 00000000 00:00 0
`;
  expect(parseMappings(maps)).toEqual([
    { start: 0x7f0000000000, end: 0x7f0000400000 },
    { start: 0x7f0003000000, end: 0x7f0003800000 },
  ]);
});

/** Mappings in order, of whole and half huge pages, that neither overlap nor touch. */
const MAPPINGS = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 })), { maxLength: 6 })
  .map((pairs) => {
    const ranges: MemoryRange[] = [];
    for (const [gap, length] of pairs) {
      const start = (ranges.at(-1)?.end ?? 0) + gap * MIB;
      ranges.push({ start, end: start + length * MIB });
    }
    return ranges;
  });

test("what was added: the huge pages that lie in the mappings after and outside of those before", () => {
  fc.assert(
    fc.property(MAPPINGS, MAPPINGS, (before, after) => {
      const mebibytes = (ranges: readonly MemoryRange[]) =>
        new Set(
          ranges.flatMap(({ start, end }) => Array.from({ length: (end - start) / MIB }, (_, i) => start / MIB + i)),
        );
      const [old, now, added] = [before, after, addedMemory(before, after)].map(mebibytes);
      for (let at = 0; at < 100; at += 2) {
        const isNew = [at, at + 1].every((mebibyte) => now!.has(mebibyte) && !old!.has(mebibyte));
        expect([added!.has(at), added!.has(at + 1)]).toEqual([isNew, isNew]);
      }
    }),
  );
});

describe.skipIf(process.platform !== "linux")("on Linux", async () => {
  const { koffi } = await loadNative();

  test("memory that is moved keeps address and values; what is no memory is passed over", async () => {
    const before = anonymousMemory();
    const values = new Float64Array(ALWAYS_MAPPED / 8).map((_, i) => i);
    const address = Number(koffi.address(values));
    const added = addedMemory(before, anonymousMemory()).filter(
      ({ start, end }) => start < address + ALWAYS_MAPPED && end > address,
    );
    expect(added.length).toBeGreaterThan(0);
    await moveToHugePages(koffi, [{ start: HUGE_PAGE, end: 2 * HUGE_PAGE }, ...added]).done;
    expect(values.findIndex((value, i) => value !== i)).toBe(-1);
    expect(Number(koffi.address(values))).toBe(address);
    if (hasCollapse()) expect(hugeBytes(address)).toBeGreaterThan(0);
  });

  test("what was added holds the weights of a session that was made meanwhile; it computes the same while they move", async () => {
    const runtime = await createCApiRuntime();
    const bytes = weighted();
    const input = { x: tensorFrom("float32", [1, SIZE], Array(SIZE).fill(1)) };
    const before = anonymousMemory();
    const session = await runtime.createSession(bytes);
    const weights = addedMemory(before, anonymousMemory()).reduce((sum, { start, end }) => sum + end - start, 0);
    expect(weights).toBeGreaterThanOrEqual(4 * SIZE ** 2 - 2 * HUGE_PAGE);
    const moving = await runtime.createSession(bytes, { hugePages: true });
    const expected = await session.run(input);
    for (let run = 0; run < 5; run++) expect(await moving.run(input)).toEqual(expected);
    for (const each of [session, moving]) each.release();
  });

  test("a move that is stopped ends", async () => {
    const move = moveToHugePages(koffi, [{ start: HUGE_PAGE, end: 2 ** 46 }]);
    move.stop();
    await move.done;
  });
});

/** Whether this kernel moves memory when it is asked to: from 6.1 on, unless its huge pages are switched off. */
function hasCollapse(): boolean {
  const [major, minor] = readFileSync("/proc/sys/kernel/osrelease", "latin1").split(".").map(Number);
  if (major! < 6 || (major === 6 && minor! < 1)) return false;
  try {
    return !readFileSync("/sys/kernel/mm/transparent_hugepage/enabled", "latin1").includes("[never]");
  } catch {
    return false;
  }
}
