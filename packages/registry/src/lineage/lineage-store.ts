/** What became of feedback in a run: learnt from, or kept to compare two versions on. */
export const FEEDBACK_PARTS = ["training", "window"] as const;
export type FeedbackPart = (typeof FEEDBACK_PARTS)[number];

/** A piece of feedback that a run used, by its id and that of its prediction. */
export interface UsedFeedback {
  readonly feedback: string;
  readonly prediction: string;
  readonly part: FeedbackPart;
}

/** A version that learnt from what somebody sent. */
export interface LearntVersion {
  readonly model: string;
  readonly version: number;
  readonly runId: string;
  /** Pieces of feedback. */
  readonly feedback: number;
}

/** Which feedback runs used. Ids stay here when what they name is erased, so that it can be told who has learnt from it. */
export interface LineageStore {
  /** Notes what a run uses, in place of what was noted of it before. */
  note(runId: string, used: readonly UsedFeedback[]): Promise<void>;
  /** By the id of the feedback. */
  of(runId: string): Promise<readonly UsedFeedback[]>;
  /** Versions that learnt from predictions about somebody, while these are still there; by model and version. */
  learntFrom(subject: string): Promise<readonly LearntVersion[]>;
}
