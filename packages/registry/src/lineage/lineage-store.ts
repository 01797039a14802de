import type { VersionKey } from "../files/file-store.ts";

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

/** A run that used feedback on what a version had answered. */
export interface LearningRun {
  readonly runId: string;
  readonly part: FeedbackPart;
  /** Pieces of feedback. */
  readonly feedback: number;
  /** The versions that came of the run, `tickets:4`; none while it runs, or where it was refused before. */
  readonly versions: readonly string[];
}

/** Feedback of one kind and state on the predictions of a version. */
export interface FeedbackTally {
  readonly kind: string;
  readonly state: string;
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
  /** What came back on predictions of a version that are still there, by kind and state. */
  feedbackOn(version: VersionKey): Promise<readonly FeedbackTally[]>;
  /** Runs that used feedback on predictions of a version, while these are still there; by run and part. */
  learntFromVersion(version: VersionKey): Promise<readonly LearningRun[]>;
}
