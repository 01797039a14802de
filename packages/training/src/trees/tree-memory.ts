import { type Bins, binCount } from "./bins.ts";
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
  /** Numbers of the tree's rows, those of each leaf together. */
  readonly order: Int32Array;
  /** Derivatives in that order, rounded so that their sums are exact. */
  readonly orderedGradients: Float64Array;
  readonly orderedHessians: Float64Array;
  /** Histograms: gradient and hessian per bin. */
  readonly sums: Float64Array;
  /** Histograms: rows per bin. */
  readonly counts: Int32Array;
  readonly job: JobMemory;
}

/** The job at hand, written by the growing thread before the others may begin. */
export interface JobMemory {
  /** `JOB_WORDS` and then the places of two children, `CHILD_WORDS` each. */
  readonly words: Int32Array;
  /** Sums and bounds of two children, `CHILD_NUMBERS` each. */
  readonly numbers: Float64Array;
  /** Columns that histograms are made of, group after group. */
  readonly listed: Int32Array;
  /** Where each group of `listed` begins. */
  readonly groups: Int32Array;
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
export const CHILD_WORDS = 4;
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
    codes: new Uint8Array(new SharedArrayBuffer(rows * columns)),
    target: sharedCopy(target),
    weights: weights === undefined ? undefined : sharedCopy(weights),
    scores: sharedFloat64(outputs * rows),
    gradients: sharedFloat64(outputs * rows),
    hessians: sharedFloat64(outputs * rows),
    greatest: sharedFloat64(2 * outputs * Math.ceil(rows / BLOCK)),
    order: sharedInt32(rows),
    orderedGradients: sharedFloat64(rows),
    orderedHessians: sharedFloat64(rows),
    sums: sharedFloat64(2 * slots * allBins),
    counts: sharedInt32(slots * allBins),
    job: {
      words: sharedInt32(2 + 2 * CHILD_WORDS),
      numbers: sharedFloat64(2 * CHILD_NUMBERS),
      listed: sharedInt32(columns),
      groups: sharedInt32(columns + 1),
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
