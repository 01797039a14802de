import type { LabelDoubt } from "@modelwright/evaluation";

/** A label and the row that it stands at. */
export interface RowDoubt extends Omit<LabelDoubt, "unit"> {
  /** `tickets.csv:12`. */
  readonly place: string;
  readonly id: string;
  readonly text: string;
}
