import type { SeenRows } from "./seen-rows.ts";

/** The training rows that a step learns from which looks around. */
export interface LearningRows {
  readonly seen: SeenRows;
  /** The rows that new ones are compared with. */
  readonly drawn: Int32Array;
  /** Places of the column's own numbers among those that are seen. */
  readonly own: readonly number[];
}
