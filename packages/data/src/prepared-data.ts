import type { Division, SplitSettings } from "./splits/division.ts";
import type { TextRow } from "./text-row.ts";

/** One line of the data report: what was done, and how many rows are left. */
export interface DataStep {
  readonly name: string;
  readonly detail: string;
  readonly rows: number;
  /** What is left, in the singular. Default: the unit of the task. */
  readonly of?: string;
}

export interface DataReport {
  readonly steps: readonly DataStep[];
  /** What a careful reader should know: conflicting labels, missing labels in a split, a guessed encoding. */
  readonly warnings: readonly string[];
  /** What of each item the text is made of. */
  readonly fields: string;
}

/** Rows ready for training, each split in the order of the source. */
export interface PreparedRows<Row> {
  readonly train: readonly Row[];
  readonly validation: readonly Row[];
  readonly test: readonly Row[];
  /** SHA-256 (hexadecimal) over the rows of train, validation, test in order: id, text, label, group. */
  readonly digest: string;
  readonly report: DataReport;
}

/** Rows of which each has a label. */
export interface PreparedData extends PreparedRows<TextRow> {
  /** Sorted by UTF-16 code units; the index of a label is its class number. */
  readonly labels: readonly string[];
}

/** Rows that are not for the test, with what a further split of them has to respect. */
export interface Development<Rows> {
  /** Those of train and validation, in the order of the source. */
  readonly rows: Rows;
  readonly division: Division;
  /** How train and validation were divided; `test` is 0 where a published test file is used. */
  readonly settings: SplitSettings;
}
