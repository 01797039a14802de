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
  /** The deciding metric. */
  readonly value: number;
  /** Nats, where probabilities are predicted: decides between equal values. */
  readonly logLoss?: number;
}

/** A candidate as it was planned, for a reader. */
export interface PlannedCandidate {
  readonly name: string;
  readonly title: string;
  readonly estimate: Estimate | { readonly passedOver: string };
  /** Of a resumed run: what it reached before. */
  readonly reached?: Reached;
  /** Of a resumed run: it was being trained when the run ended. */
  readonly isBegun?: true;
}

/** Why a candidate is trained that was trained before: its training was interrupted, or it is the best so far. */
export type TrainedAgain = "interrupted" | "best";

/** What a choice tells while it is made. */
export type CandidateEvent =
  | {
      readonly type: "plan";
      readonly budgetSeconds: number;
      /** The deciding one. */
      readonly metric: string;
      readonly candidates: readonly PlannedCandidate[];
    }
  | {
      readonly type: "candidate-started";
      readonly name: string;
      readonly title: string;
      readonly epochs?: number;
      readonly again?: TrainedAgain;
    }
  | ({
      readonly type: "candidate";
      readonly name: string;
      readonly metric: string;
      readonly seconds: number;
      /** The rows that it was measured on, in words. Default: the validation rows. */
      readonly rows?: string;
    } & Reached)
  | { readonly type: "candidate-passed-over"; readonly name: string; readonly reason: string }
  | {
      readonly type: "chosen";
      readonly name: string;
      readonly metric: string;
      readonly value: number;
      /** The rows that it was measured on, in words. Default: the validation rows. */
      readonly rows?: string;
      /** The next best, and by how much the chosen one is ahead of it. */
      readonly ahead?: { readonly of: string; readonly by: number };
    };
