import { ModelwrightError } from "@modelwright/contracts";

/** What was recommended to a user of the test events, and what the user chose. */
export interface RecommendedUser {
  /** As the events call the user. */
  readonly user: string;
  /** Whether the model knew anything of the user. */
  readonly known: boolean;
  /** Relevant items of the test events that the user had not chosen before; 0 for a user of whom only ratings are measured. */
  readonly relevant: number;
  /** Places, from 1, of those that are among the first ten: ascending. */
  readonly places: Int32Array;
  /** The names of the first ten items, or fewer. */
  readonly first: readonly string[];
  /** The ratings of the test events, and what was predicted of them, in their order. Absent: none are. */
  readonly ratings?: { readonly actual: Float64Array; readonly predicted: Float64Array };
}

/** What a model recommended on test events. */
export interface RecommendationOutcome {
  /** Items of the catalogue. */
  readonly items: number;
  readonly users: readonly RecommendedUser[];
}

/** @throws {ModelwrightError} `EVALUATION_EMPTY`. */
export function checkRecommendationOutcome({ users }: RecommendationOutcome): void {
  if (users.some(({ relevant, ratings }) => relevant > 0 || ratings !== undefined)) return;
  throw new ModelwrightError("EVALUATION_EMPTY", {
    what: "recommendations",
    because: "no user of the test events chose something relevant that was new to the user",
  });
}
