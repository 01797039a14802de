import type { Measure } from "@modelwright/contracts";
import type { FeedbackUse } from "./accepted-feedback.ts";

/** What a version that was trained anew has learnt, and whether it has held its own. */
export interface RetrainingResult {
  /** The version that it was held against: `tickets:3`. */
  readonly of: string;
  /** "challenger": it has the alias. "refused": it is kept without one. */
  readonly verdict: "challenger" | "refused";
  readonly reason: string;
  readonly feedback: FeedbackUse;
  /** On the rows that both were tested on; absent where the two cannot be compared. */
  readonly heldOut?: { readonly rows: number; readonly metric: string; readonly difference?: Measure };
  /** On the newest labelled traffic; absent where there was too little. */
  readonly window?: {
    readonly rows: number;
    readonly metric: string;
    readonly difference?: Measure;
    readonly measures: Readonly<Record<string, Measure>>;
    readonly championMeasures: Readonly<Record<string, Measure>>;
  };
}
