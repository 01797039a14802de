import { alignedBytes, KernelMemory, type WasmMemory } from "@modelwright/engine/wasm";
import { type Bins, binCount } from "./bins.ts";
import { compileHistogramKernels } from "./histogram-kernels.ts";
import { type OBJECTIVES, type ObjectiveNumbers, objectiveOf } from "./objectives.ts";
import type { TreeSettings } from "./tree-options.ts";

/** Numbers of a settings object that kernels read. */
export type SplitRules = Pick<
  TreeSettings,
  | "minRowsInLeaf"
  | "minHessianInLeaf"
  | "l1"
  | "l2"
  | "categorySmoothing"
  | "categoryL2"
  | "categoriesPerSplit"
  | "fewCategories"
  | "minRowsPerGroup"
>;

/**
 * What threads share: all arrays lie in shared memory, and everything else is the same in each.
 *
 * A histogram has for each bin of each column the sums of first and second derivatives, and the count of rows. Histograms stand in numbered slots.
 */
export interface TreeMemory {
  readonly rows: number;
  readonly columns: number;
  readonly outputs: number;
  readonly objective: keyof typeof OBJECTIVES;
  readonly numbers: ObjectiveNumbers;
  readonly rules: SplitRules;
  /** Which columns hold categories. */
  readonly isCategory: Uint8Array;
  /** −1, 0 or 1 per column. */
  readonly monotone: Int8Array;
  /** Where each column's bins begin in a histogram; behind the last one, bins of all columns. */
  readonly firstBin: Int32Array;
  /** `[columns, rows]`. */
  readonly codes: Uint8Array;
  readonly target: Float64Array;
  readonly weights: Float64Array | undefined;
  /** `[outputs, rows]`, as are derivatives. */
  readonly scores: Float64Array;
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
  /** Greatest |gradient| and hessian: two for each block of rows and output. */
  readonly greatest: Float64Array;
  /** How often each row counts in a tree, 0 where it is left out; empty where all do once. */
  readonly repeats: Uint8Array;
  /** Numbers of the tree's rows, those of each leaf together. */
  readonly order: Int32Array;
  /** `[rows, 2]`: both derivatives, rounded so that their sums are exact. */
  readonly pairs: Float64Array;
  /** Histograms: gradient and hessian per bin. */
  readonly sums: Float64Array;
  /** Histograms: rows per bin. */
  readonly counts: Int32Array;
  /** The memory in which codes, order, pairs and histograms lie, and code that works on it. */
  readonly kernels: { readonly memory: WasmMemory; readonly module: object };
  readonly job: JobMemory;
}

/** The job at hand, written by the growing thread before the others may begin. */
export interface JobMemory {
  /** Whole numbers that the job's parts are told by. */
  readonly words: Int32Array;
  /** Other numbers: of two children sums and bounds, `CHILD_NUMBERS` each. */
  readonly numbers: Float64Array;
  /** Columns that histograms are made of. */
  readonly listed: Int32Array;
  /** `[blocks, 2]`: sums of the pairs of each block of rows. */
  readonly blockSums: Float64Array;
  /** 1 for codes that go left. */
  readonly goesLeft: Uint8Array;
  /** Rows of each block that went left, and those that did not, from their block's start on. */
  readonly leftRows: Int32Array;
  readonly rightRows: Int32Array;
  /** `[2, columns]`: whether a child may be split by a column. */
  readonly allowed: Uint8Array;
  /** `[2, columns, FOUND_NUMBERS]`: the best split of each column. */
  readonly found: Float64Array;
  /** `[2, columns, SET_WORDS]`: bins of categories that go left. */
  readonly sets: Uint32Array;
}

/** Rows whose derivatives are one piece of work. */
export const BLOCK = 8192;
export const SET_WORDS = 8;
/** A split's gain, gradient, hessian and rows of the left side, bin, and side of the missing: 0 right, 1 left, 2 of the more rows. */
export const FOUND_NUMBERS = 6;
export const CHILD_NUMBERS = 5;
export const CHILD_WORDS = 3;
/** Memory of histograms at most, in bytes. */
const MOST_HISTOGRAMS = 512 * 2 ** 20;
const BYTES_PER_BIN = 20;

interface MemoryOptions {
  readonly bins: readonly Bins[];
  readonly monotone: readonly number[];
  readonly target: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly outputs: number;
  readonly settings: TreeSettings;
}

export function allocateTreeMemory({ bins, monotone, target, weights, outputs, settings }: MemoryOptions): TreeMemory {
  const rows = target.length;
  const columns = bins.length;
  const firstBin = sharedInt32(columns + 1);
  for (const [column, each] of bins.entries()) firstBin[column + 1] = firstBin[column]! + binCount(each);
  const allBins = firstBin[columns]!;
  // One more holds a histogram that is not kept.
  const slots = histogramSlots(settings, rows, allBins) + 1;
  const isCategory = new Uint8Array(new SharedArrayBuffer(columns));
  isCategory.set(bins.map(({ kind }) => Number(kind === "category")));
  const directions = new Int8Array(new SharedArrayBuffer(columns));
  directions.set(monotone);
  const { classes, quantile, delta } = settings;
  return {
    rows,
    columns,
    outputs,
    objective: objectiveOf(settings),
    numbers: { classes, quantile, delta },
    rules: settings,
    isCategory,
    monotone: directions,
    firstBin,
    ...kernelArrays({ rows, columns, bins: slots * allBins }),
    target: sharedCopy(target),
    weights: weights === undefined ? undefined : sharedCopy(weights),
    scores: sharedFloat64(outputs * rows),
    gradients: sharedFloat64(outputs * rows),
    hessians: sharedFloat64(outputs * rows),
    greatest: sharedFloat64(2 * outputs * Math.ceil(rows / BLOCK)),
    repeats: new Uint8Array(new SharedArrayBuffer(settings.rowsPerTree === 1 ? 0 : rows)),
    job: {
      words: sharedInt32(1 + 2 * CHILD_WORDS),
      numbers: sharedFloat64(2 * CHILD_NUMBERS),
      listed: sharedInt32(columns),
      blockSums: sharedFloat64(2 * Math.ceil(rows / BLOCK)),
      goesLeft: new Uint8Array(new SharedArrayBuffer(256)),
      leftRows: sharedInt32(Math.ceil(rows / BLOCK)),
      rightRows: sharedInt32(rows),
      allowed: new Uint8Array(new SharedArrayBuffer(2 * columns)),
      found: sharedFloat64(2 * columns * FOUND_NUMBERS),
      sets: new Uint32Array(new SharedArrayBuffer(8 * columns * SET_WORDS)),
    },
  };
}

/** Whether the histogram of the larger child is its parent's less the smaller one's; with few columns per split both are made. */
export function subtractsHistograms({ columnsPerSplit }: Pick<TreeSettings, "columnsPerSplit">): boolean {
  return columnsPerSplit > 0.5;
}

/** Histograms that are kept for leaves that may be split. */
export function histogramSlots(settings: TreeSettings, rows: number, allBins: number): number {
  if (!subtractsHistograms(settings)) return 0;
  const wanted = Math.min(settings.leaves, Math.ceil(rows / settings.minRowsInLeaf));
  return Math.max(1, Math.min(wanted, Math.floor(MOST_HISTOGRAMS / (allBins * BYTES_PER_BIN))));
}

/** Arrays that kernels reach. */
function kernelArrays({
  rows,
  columns,
  bins,
}: {
  readonly rows: number;
  readonly columns: number;
  readonly bins: number;
}) {
  const sizes = [rows * columns, 4 * rows, 16 * rows, 16 * bins, 4 * bins];
  const memory = new KernelMemory(sizes.reduce((sum, size) => sum + alignedBytes(size), 0));
  const [codes, order, pairs, sums, counts] = sizes.map((size) => memory.take(size)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const { buffer } = memory.memory;
  return {
    codes: new Uint8Array(buffer, codes, rows * columns),
    order: new Int32Array(buffer, order, rows),
    pairs: new Float64Array(buffer, pairs, 2 * rows),
    sums: new Float64Array(buffer, sums, 2 * bins),
    counts: new Int32Array(buffer, counts, bins),
    kernels: { memory: memory.memory, module: compileHistogramKernels() },
  };
}

function sharedFloat64(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * length));
}

function sharedInt32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * length));
}

function sharedCopy(values: Float64Array): Float64Array {
  const copy = sharedFloat64(values.length);
  copy.set(values);
  return copy;
}
