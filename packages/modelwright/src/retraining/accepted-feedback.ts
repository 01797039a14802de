import type { FeedbackStore, JoinedFeedback, JsonValue } from "@modelwright/registry";
import { canonicalJson } from "../feedback/canonical-json.ts";

/** What production says of one item: the item, and what is right about it. */
export interface LabelledItem {
  readonly feedback: string;
  readonly prediction: string;
  readonly item: JsonValue;
  readonly truth: JsonValue;
  /** When it was said. */
  readonly at: string;
}

/** What there is of accepted feedback. */
export interface AcceptedFeedback {
  /** Of each item what was said last; oldest first. */
  readonly items: readonly LabelledItem[];
  /** Said of an item of which something else was said later. */
  readonly outdone: number;
  /** Of those, what contradicted it. */
  readonly contradicted: number;
  /** Without an item: the server kept answers alone. */
  readonly withoutItem: number;
}

/** How feedback was used. */
export interface FeedbackUse extends Omit<AcceptedFeedback, "items"> {
  /** Items that were learnt from, and that were kept to compare on. */
  readonly learnt: number;
  readonly kept: number;
  /** Whether the version that was trained anew had not seen some of it. */
  readonly isNew: boolean;
}

/**
 * The truths and corrections of a model that were accepted, whatever its version.
 *
 * Of one item the newest counts: what was said later is what is known now. A truth outdoes a correction of the same moment.
 *
 * @param only Ids of the feedback that is meant. Default: all.
 */
export async function acceptedFeedback(
  store: FeedbackStore,
  model: string,
  only?: ReadonlySet<string>,
): Promise<AcceptedFeedback> {
  const newest = new Map<string, LabelledItem>();
  let [outdone, contradicted, withoutItem] = [0, 0, 0];
  for await (const page of store.scan({ model, kinds: ["truth", "correction"], states: ["accepted"] })) {
    for (const { feedback, prediction } of page.toSorted(byCertainty)) {
      if (only?.has(feedback.id) === false) continue;
      const { item } = prediction;
      if (item === undefined) {
        withoutItem++;
        continue;
      }
      const key = canonicalJson(item);
      const before = newest.get(key);
      if (before !== undefined) {
        outdone++;
        if (canonicalJson(before.truth) !== canonicalJson(feedback.value)) contradicted++;
        // So that the order is that of what counts.
        newest.delete(key);
      }
      newest.set(key, {
        feedback: feedback.id,
        prediction: prediction.id,
        item,
        truth: feedback.value,
        at: feedback.at,
      });
    }
  }
  return { items: [...newest.values()], outdone, contradicted, withoutItem };
}

/** By time; at one moment a truth comes last. */
function byCertainty({ feedback: a }: JoinedFeedback, { feedback: b }: JoinedFeedback): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return Number(a.kind === "truth") - Number(b.kind === "truth");
}
