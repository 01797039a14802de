import type { Candidate } from "./review-candidates.ts";
import type { SuspectedError } from "./suspected-errors.ts";

/** Ways to put predictions into the order in which people label them. */
export const REVIEW_ORDERS = ["mixed", "uncertainty", "disagreement", "diversity", "errors", "random"] as const;
export type ReviewOrder = (typeof REVIEW_ORDERS)[number];

/** Why a prediction is in the queue. */
export type ReviewReason = Exclude<ReviewOrder, "mixed"> | "overlap";

/** Something to be labelled, and why. */
export interface Choice {
  readonly candidate: Candidate;
  readonly reason: ReviewReason;
  /** Of a label that is likely wrong: the label, and who gave it. */
  readonly suspected?: SuspectedError | undefined;
}
