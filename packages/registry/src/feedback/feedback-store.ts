import type { PredictionFilter, PredictionRecord } from "../predictions/prediction-store.ts";
import type { JsonValue } from "../records/record.ts";

/**
 * `truth`: what came out, from where it is known for certain; `correction`: what somebody says would have been right;
 * `thumb`: "up" or "down"; `comment`: a text.
 */
export const FEEDBACK_KINDS = ["truth", "correction", "thumb", "comment"] as const;
export type FeedbackKind = (typeof FEEDBACK_KINDS)[number];

/** Only what is accepted is learnt from. */
export const FEEDBACK_STATES = ["new", "accepted", "rejected"] as const;
export type FeedbackState = (typeof FEEDBACK_STATES)[number];

/** What somebody, or the world, said of a prediction. */
export interface FeedbackRecord {
  /** The sender's; otherwise made of the content. */
  readonly id: string;
  /** The id of the prediction. */
  readonly prediction: string;
  readonly kind: FeedbackKind;
  /** Of truth and correction as the task says it: a label, a number, spans …; of the others a text. */
  readonly value: JsonValue;
  /** Who said it. */
  readonly by?: string;
  /** When it came: ISO 8601, UTC. */
  readonly at: string;
  readonly state: FeedbackState;
  readonly decidedBy?: string;
  readonly decidedAt?: string;
}

export interface NewFeedback extends Pick<FeedbackRecord, "prediction" | "kind" | "value" | "by"> {
  /** Default: made of the prediction, the kind, the value and who said it, so that the same again is the same. */
  readonly id?: string;
  /** Default: now. */
  readonly at?: string;
  /** Default: a truth is accepted, the rest is new. */
  readonly state?: FeedbackState;
}

/** What became of feedback that was handed in. */
export interface AddedFeedback {
  readonly added: number;
  /** Had come before; nothing was changed. */
  readonly known: number;
  /** Ids of predictions that are not there: not recorded, or not yet. The feedback is kept. */
  readonly unmatched: readonly string[];
}

export interface AddOptions {
  /** Names of the models to which it may belong; then all predictions must be there. Default: any. */
  readonly models?: readonly string[];
  /** Names an entry in messages. Default: `feedback[2]`. */
  readonly where?: (index: number) => string;
}

export interface FeedbackFilter extends PredictionFilter {
  /** Default: all. */
  readonly kinds?: readonly FeedbackKind[];
  /** Default: all. */
  readonly states?: readonly FeedbackState[];
}

export interface JoinedFeedback {
  readonly feedback: FeedbackRecord;
  readonly prediction: PredictionRecord;
}

/** What became known of predictions, at once or months later. */
export interface FeedbackStore {
  /**
   * Keeps feedback, all of it or none. A truth or correction must be what the version that answered could have said; of a
   * prediction that is not there, this is not known, and one that is not that is left out of `scan`.
   *
   * @throws {ModelwrightError} `FEEDBACK_VALUE_INVALID`, `FEEDBACK_KIND_UNSUPPORTED`, `REGISTRY_NAME_INVALID`,
   *   `REGISTRY_VALUE_INVALID`; with `models`, `PREDICTION_UNKNOWN`.
   */
  add(feedback: readonly NewFeedback[], options?: AddOptions): Promise<AddedFeedback>;
  /**
   * Feedback with the prediction that it is about, by the time at which the feedback came, oldest first, a page at a time.
   * `from` and `to` mean that time. What is of no known prediction, or cannot be read, is left out.
   */
  scan(filter: FeedbackFilter): AsyncIterable<readonly JoinedFeedback[]>;
  /**
   * How many pieces `scan` would look at, counted by the database: what cannot be read, or does not fit, counts as well.
   * @param filter.withItem Only on predictions whose item was recorded. Default: on any.
   */
  count(filter: FeedbackFilter & { readonly withItem?: boolean }): Promise<number>;
  /** @returns How many were of another state before. Ids that are not there are passed over. */
  decide(
    ids: readonly string[],
    decision: { readonly state: Exclude<FeedbackState, "new">; readonly by: string },
  ): Promise<number>;
}
