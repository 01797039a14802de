import { openWasm } from "../../wasm/wasm-memory.ts";
import type { WasmMemory, WasmModule } from "../../wasm/web-assembly.ts";

/**
 * A compiled pass over a part of the arena.
 *
 * @param start First byte of the part, counted from the start of each buffer.
 * @param end The byte after its last one; the part is a multiple of 16 bytes and not empty.
 * @param extra Address of the scalars that the pass reads, or of the number that it leaves.
 */
export type Kernel = (start: number, end: number, extra: number) => void;

/** One kernel over one chunk. */
export interface KernelCall {
  readonly kernel: string;
  readonly arguments: Parameters<Kernel>;
}

/** What every thread of a team holds: the code, the memory, and the jobs by number. */
export interface KernelWork {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly jobs: readonly (readonly KernelCall[])[];
  /** Shared memory of `CONTROL_WORDS`. */
  readonly control: Int32Array;
}

export const CONTROL_WORDS = 3;
/** Words of `control`: the next ticket. */
export const TICKET = 0;
/** Calls of the current job that are not finished. */
export const PENDING = 1;
/** Counts the jobs; a thread with nothing to do waits for it to change. */
export const GENERATION = 2;

/** A ticket is a job's number, then the number of a call in it. */
const CALL_BITS = 24;

/** The ticket of a job's first call. */
export function firstTicket(job: number): number {
  return job << CALL_BITS;
}

/**
 * Makes calls until the job has none left.
 *
 * Whoever draws a ticket makes the call that it names. A thread that comes late, from whichever job, therefore never does
 * anything twice or in the wrong job, and nobody has to wait for it.
 */
export function callDrawer({ module, memory, jobs, control }: KernelWork): () => void {
  const kernels: Readonly<Record<string, Kernel>> = openWasm(module, memory);
  return () => {
    for (;;) {
      const ticket = Atomics.add(control, TICKET, 1);
      const call = jobs[ticket >>> CALL_BITS]?.[ticket % 2 ** CALL_BITS];
      if (call === undefined) return;
      kernels[call.kernel]!(...call.arguments);
      if (Atomics.sub(control, PENDING, 1) === 1) Atomics.notify(control, PENDING);
    }
  };
}
