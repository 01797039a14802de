import type { AnswerOf, ItemOf, ManifestOf, Measure, TaskName } from "@modelwright/contracts";
import type { ObservedColumn } from "@modelwright/data";

/** Columns by name, all of as many rows. */
export type ObservedColumns = Readonly<Record<string, ObservedColumn>>;

/** What is known of a version beside its manifest. */
export interface InputContext<T extends TaskName> {
  readonly manifest: ManifestOf<T>;
  /** The share of a text's tokens that the version's vocabulary lacks; NaN of a text without tokens. Absent: it lacks none, or reads no texts. */
  readonly unknownShare?: ((text: string) => number) | undefined;
}

/** How good a model is without labels, or why that cannot be told. */
export type Estimate =
  | {
      readonly measures: Readonly<Record<string, Measure>>;
      /** Predictions that it is made of. */
      readonly rows: number;
    }
  | { readonly because: string };

/**
 * What is watched of a task's predictions. Test rows and traffic are observed by the same functions, so that a
 * difference is one of the rows.
 */
export interface Monitoring<T extends TaskName, Split> {
  /** Test rows that make a reference at most. Default: 2,000. */
  readonly mostRows?: number;
  /** Rows of a split as a client sends them, in their order. */
  items(split: Split): readonly ItemOf<T>[];
  inputs(items: readonly ItemOf<T>[], context: InputContext<T>): ObservedColumns;
  /** Absent: answers are not compared. */
  outputs?(answers: readonly AnswerOf<T>[], manifest: ManifestOf<T>): ObservedColumns;
  /** Absent: only labels tell how good answers are. */
  estimate?(answers: readonly AnswerOf<T>[], manifest: ManifestOf<T>): Estimate;
}

/** A prediction as it is kept: what was asked, where that is kept, and what a client gets with the options that show most. */
export interface Served<T extends TaskName> {
  readonly item?: ItemOf<T>;
  readonly answer: AnswerOf<T>;
}

/** Predictions and what was right of each, as what the task's metrics measure. */
export type ServedOutcome<T extends TaskName, Outcome> = (
  predictions: readonly Served<T>[],
  truths: readonly unknown[],
  manifest: ManifestOf<T>,
) => Outcome;

/** A task of whose predictions nothing is compared, and why; how many fail and how long they take is told all the same. */
export interface Unwatched {
  readonly unwatched: string;
}
