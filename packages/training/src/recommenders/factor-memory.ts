import { alignedBytes, KernelMemory, type WasmMemory } from "@modelwright/engine/wasm";
import type { EventMatrix } from "./event-matrix.ts";
import { compileFactorKernels, type FactorKernels, LANES, openFactorKernels } from "./factor-kernels.ts";

/** Who chose what, as rows of users or of items, and what is learnt of them. */
export interface FactorSide {
  readonly rows: number;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  /** `[rows, stride]`. */
  readonly vectors: Float32Array;
}

/** What threads share: all arrays lie in shared memory. */
export interface FactorMemory {
  /** Numbers from one vector to the next. */
  readonly stride: number;
  /** What an event weighs beside one that did not happen. */
  readonly confidence: number;
  /** Rows of users, and rows of items. */
  readonly sides: readonly [FactorSide, FactorSide];
  /** The vectors that rows are solved by, turned so that the equations are I + (confidence − 1) Σ z zᵀ: `[rows of the other side, stride]`. */
  readonly others: Float32Array;
  /** The number of the side that is solved, and the rows of a part. */
  readonly words: Int32Array;
  /** Threads that have taken a place to work at. */
  readonly taken: Int32Array;
  /** Where the first thread works, in bytes, and how many there are for each. */
  readonly desks: { readonly start: number; readonly bytes: number };
  readonly kernels: { readonly memory: WasmMemory; readonly module: object };
}

export const SIDE = 0;
export const ROWS_OF_PART = 1;

/** What one thread works with. */
export interface FactorThread extends FactorMemory {
  readonly compute: FactorKernels;
  /** What is left to solve, the direction of a step, and where it leads: `[stride]` each. */
  readonly left: Float32Array;
  readonly direction: Float32Array;
  readonly image: Float32Array;
  /** Addresses of the vectors of a row's events. */
  readonly listed: Int32Array;
}

/** @param sides The same events as rows of users, and as rows of items. */
export function allocateFactorMemory(
  sides: readonly [EventMatrix, EventMatrix],
  { factors, confidence, threads }: { readonly factors: number; readonly confidence: number; readonly threads: number },
): FactorMemory {
  const stride = LANES * Math.ceil(factors / LANES);
  const most = Math.max(...sides.map(({ users }) => users));
  const longest = Math.max(...sides.map(({ starts }) => longestRow(starts)));
  const bytes = 3 * 4 * stride + alignedBytes(4 * longest);
  const memory = new KernelMemory(4 * most * stride + threads * bytes);
  const others = new Float32Array(memory.memory.buffer, memory.take(4 * most * stride), most * stride);
  return {
    stride,
    confidence,
    sides: sides.map((side) => sharedSide(side, stride)) as [FactorSide, FactorSide],
    others,
    words: sharedInt32([0, 0]),
    taken: sharedInt32([0]),
    desks: { start: memory.take(threads * bytes), bytes },
    kernels: { memory: memory.memory, module: compileFactorKernels() },
  };
}

export function openFactorThread(memory: FactorMemory): FactorThread {
  const { stride, desks, kernels, taken } = memory;
  const { buffer } = kernels.memory;
  const desk = desks.start + desks.bytes * Atomics.add(taken, 0, 1);
  const vector = (place: number) => new Float32Array(buffer, desk + 4 * stride * place, stride);
  const vectors = 3 * 4 * stride;
  return {
    ...memory,
    compute: openFactorKernels(kernels.module, kernels.memory),
    left: vector(0),
    direction: vector(1),
    image: vector(2),
    listed: new Int32Array(buffer, desk + vectors, (desks.bytes - vectors) / 4),
  };
}

function longestRow(starts: Int32Array): number {
  let longest = 0;
  for (let row = 1; row < starts.length; row++) longest = Math.max(longest, starts[row]! - starts[row - 1]!);
  return longest;
}

function sharedSide({ users: rows, starts, columns }: EventMatrix, stride: number): FactorSide {
  return {
    rows,
    starts: sharedInt32(starts),
    columns: sharedInt32(columns),
    vectors: new Float32Array(new SharedArrayBuffer(4 * rows * stride)),
  };
}

function sharedInt32(values: ArrayLike<number>): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(4 * values.length));
  shared.set(values);
  return shared;
}
