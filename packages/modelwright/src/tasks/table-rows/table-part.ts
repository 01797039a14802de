import type { TableModelKind } from "@modelwright/contracts";
import type { LearntTable } from "./learner.ts";

/** A model in a blend. */
export interface TablePart {
  readonly kind: TableModelKind;
  /** Its share of the mean; all shares sum to 1. */
  readonly weight: number;
  readonly model: LearntTable;
}
