import type { JsonValue, Registry, TrafficPolicy } from "@modelwright/registry";

/** What became known of one prediction. */
export interface KnownOfPrediction {
  /** The last that came. */
  readonly truth?: JsonValue;
  /** Whether somebody was not content: a thumb down or a correction. */
  readonly isComplaint: boolean;
}

export interface FeedbackOfTraffic {
  /** By the id of the prediction. */
  readonly byPrediction: ReadonlyMap<string, KnownOfPrediction>;
  /** Whether anybody said whether they were content; without that, nobody who complains means nothing. */
  readonly hasOpinions: boolean;
}

/** What became known of the predictions of a policy. What was rejected in review does not count. */
export async function readFeedback(
  registry: Pick<Registry, "stores">,
  { model, startedAt }: TrafficPolicy,
): Promise<FeedbackOfTraffic> {
  const byPrediction = new Map<string, KnownOfPrediction>();
  let hasOpinions = false;
  const kinds = ["truth", "correction", "thumb"] as const;
  const wanted = { model, from: startedAt, kinds, states: ["new", "accepted"] } as const;
  for await (const page of registry.stores.feedback.scan(wanted)) {
    for (const { feedback, prediction } of page) {
      if (prediction.at < startedAt) continue;
      const known = byPrediction.get(prediction.id) ?? { isComplaint: false };
      // Corrections come of what was wrong, so that they say nothing of how much was right.
      if (feedback.kind === "truth") byPrediction.set(prediction.id, { ...known, truth: feedback.value });
      else {
        hasOpinions = true;
        const isComplaint = feedback.kind === "correction" || feedback.value === "down";
        byPrediction.set(prediction.id, { ...known, isComplaint: known.isComplaint || isComplaint });
      }
    }
  }
  return { byPrediction, hasOpinions };
}
