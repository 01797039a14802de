import type { ColumnFeatures } from "@modelwright/contracts";

/** What encoders are told; each reads what concerns it. */
export interface EncoderSettings extends Omit<ColumnFeatures, "encode" | "outliers" | "scale" | "clip" | "indicator"> {
  /** A category of no training row: "own", one of its own, or "refuse". Default "own". */
  readonly unknown?: "own" | "refuse" | undefined;
}
