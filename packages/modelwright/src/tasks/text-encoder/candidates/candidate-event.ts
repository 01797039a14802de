/** How long a candidate takes. */
export interface Estimate {
  readonly seconds: number;
  /** Passes over the training rows, of a candidate that may have fewer. */
  readonly epochs?: number;
  /** Passes that it would have without a budget, and their seconds. */
  readonly wanted?: { readonly epochs: number; readonly seconds: number };
}

/** What a candidate reached on the validation rows. */
export interface Reached {
  /** The deciding metric, of which more is better. */
  readonly value: number;
  readonly logLoss: number;
}

/** A candidate as it was planned, for a reader. */
export interface PlannedCandidate {
  readonly name: string;
  readonly title: string;
  readonly estimate: Estimate | { readonly passedOver: string };
}

/** What a choice tells while it is made. */
export type CandidateEvent =
  | {
      readonly type: "plan";
      readonly budgetSeconds: number;
      readonly candidates: readonly PlannedCandidate[];
    }
  | { readonly type: "candidate-started"; readonly name: string; readonly title: string; readonly epochs?: number }
  | ({
      readonly type: "candidate";
      readonly name: string;
      readonly metric: string;
      readonly seconds: number;
    } & Reached)
  | { readonly type: "candidate-passed-over"; readonly name: string; readonly reason: string }
  | {
      readonly type: "chosen";
      readonly name: string;
      readonly metric: string;
      readonly value: number;
      /** The next best, and by how much the chosen one is ahead of it. */
      readonly ahead?: { readonly of: string; readonly by: number };
    };
