import type { Moments } from "@modelwright/evaluation";
import type { MeasureName } from "./measures.ts";

/** What is known of one measure. Moments are of units: subjects, clients or requests. */
export interface MeasureEvidence {
  readonly champion: Moments;
  readonly challenger: Moments;
  /** Where both answered the same items: what the challenger has more, of each unit. */
  readonly paired?: Moments;
}

/** What was seen of one arm. */
export interface ArmEvidence {
  /** That are compared. */
  readonly predictions: number;
  readonly units: number;
  /** Predictions since the share of the challenger grew last. */
  readonly sinceStep: number;
}

/** What was seen of both arms while they answered side by side: all that a decision is made of. */
export interface TrafficEvidence {
  readonly champion: ArmEvidence;
  readonly challenger: ArmEvidence;
  readonly measures: Readonly<Record<MeasureName, MeasureEvidence>>;
  /** Answers that took longer are slow; absent until there are enough of the champion's to tell. */
  readonly slowAboveMs?: number;
  /** How the task's quality is called and read; absent where there is none. */
  readonly quality?: QualityWords;
}

export interface QualityWords {
  /** Follows "mean": "right answers", "absolute error". */
  readonly name: string;
  readonly better: "higher" | "lower";
  /** Whether a margin of it is a part of the champion's mean. */
  readonly isRelative: boolean;
}
