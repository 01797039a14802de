import type { TextRow } from "./text-row.ts";

/** One line of the data report: what was done, and how many rows are left. */
export interface DataStep {
  readonly name: string;
  readonly detail: string;
  readonly rows: number;
}

export interface DataReport {
  readonly steps: readonly DataStep[];
  /** What a careful reader should know: conflicting labels, missing labels in a split, a guessed encoding. */
  readonly warnings: readonly string[];
  /** What of each item the text is made of. */
  readonly fields: string;
}

/** Rows ready for training, each split in the order of the source. */
export interface PreparedData {
  /** Sorted by UTF-16 code units; the index of a label is its class number. */
  readonly labels: readonly string[];
  readonly train: readonly TextRow[];
  readonly validation: readonly TextRow[];
  readonly test: readonly TextRow[];
  /** SHA-256 (hexadecimal) over the rows of train, validation, test in order: id, text, label, group. */
  readonly digest: string;
  readonly report: DataReport;
}
