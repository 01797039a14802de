/** A leaf that may be split, as the search of one column sees it. */
export interface SearchedLeaf {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
  readonly low: number;
  readonly high: number;
  /** What a split must gain, the leaf's own gain included. */
  readonly least: number;
}

/** Bins of one column of a leaf's histogram; the last one is of the missing. */
export interface ColumnHistogram {
  readonly sums: Float64Array;
  readonly counts: Int32Array;
  /** Place of the first bin. */
  readonly first: number;
  readonly bins: number;
}

/** The best split so far of a column, in its place of `found`. */
export interface SplitPlace {
  readonly found: Float64Array;
  readonly at: number;
}

export const GAIN = 0;
export const LEFT_GRADIENT = 1;
export const LEFT_HESSIAN = 2;
export const LEFT_ROWS = 3;
export const BIN = 4;
export const MISSING = 5;
/** Sides of the missing: right, left, and where none were seen, with the more rows. */
export const MISSING_RIGHT = 0;
export const MISSING_LEFT = 1;
export const MISSING_UNSEEN = 2;
