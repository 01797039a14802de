import type { ReportBuilder } from "../report-builder.ts";
import type { RowAsRead, RowWith } from "../roles/read-rows.ts";
import type { Role } from "../roles/roles.ts";

/** What the rows of a training table are annotated with: a label, labels, spans, a number, a text that belongs to theirs. */
export type AnnotationRole = Extract<
  Role,
  "label" | "labels" | "spans" | "target" | "output" | "positive" | "negative" | "second" | "similarity"
>;

export interface AnnotationRules {
  /** The source, in messages. */
  readonly file: string;
  readonly minRowsPerLabel: number;
  /** Splits that are made of these rows. */
  readonly splits: number;
  readonly report: ReportBuilder;
}

/**
 * All that cleaning, checking and splitting have to know of what is to be predicted.
 *
 * @typeParam R The role that the task asks for beside `text`.
 * @typeParam Found What the checks tell of the rows: the labels, the range of a target.
 */
export interface Annotation<R extends AnnotationRole, Found extends object> {
  readonly role: R;
  /** Whether a table needs no column for it, and a row no value, which then is the empty text. Default false. Only tables know it. */
  readonly isOptional?: boolean;
  /** Further roles that each row must have. Default: none. */
  readonly beside?: readonly R[];
  /** The texts of a row, what is searched with first: a copy copies each of them. Default: its text alone. */
  readonly texts?: (row: RowWith<"text" | R>) => readonly [string, ...string[]];
  /** Rows that share it stay in one split. Default: those that are nearly copies. */
  readonly together?: (row: RowWith<"text" | R>) => string;
  /** "label": what a row lacks, or has another one of. */
  readonly noun: string;
  /** What each split has its share of: "label". Default: nothing sets rows apart. */
  readonly stratum?: string;
  /** What a message shows of a row. */
  readonly shown: (row: RowWith<R>) => string;
  /** Two rows that say the same must agree on it. */
  readonly key: (row: RowWith<R>) => string;
  /** What stands for it in the digest of the rows. */
  readonly digested: (row: RowWith<R>) => unknown;
  /**
   * Of each row what it counts for when rows are drawn or split in proportion: its label, each of its labels,
   * a quantile. The first one is the most telling. A row that lacks its value counts for the empty text.
   */
  readonly strata: (rows: readonly RowAsRead<R>[]) => readonly (readonly [string, ...string[]])[];
  /**
   * Checks that there is something to learn and enough to split.
   *
   * @throws {ModelwrightError} `DATA_…`.
   */
  readonly check: (rows: readonly RowWith<R>[], rules: AnnotationRules) => Found;
  /**
   * Checks the rows of a published test file against what the training rows have.
   *
   * @throws {ModelwrightError} `DATA_LABEL_UNSEEN`.
   */
  readonly checkPublished: (rows: readonly RowWith<R>[], found: Found, file: string) => void;
  /** What a split lacks, in words. */
  readonly absent: (rows: readonly RowWith<R>[], found: Found) => readonly string[];
}
