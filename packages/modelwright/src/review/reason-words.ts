import { plainText, shorten } from "../wording/plain-text.ts";
import { percent } from "../wording/quantities.ts";
import type { Choice, ReviewReason } from "./review-order.ts";

const WORDS: Readonly<Record<ReviewReason, (choice: Choice) => string>> = {
  uncertainty: ({ candidate: { weighed } }) => (weighed === undefined ? "unsure" : `unsure: ${weighed}`),
  disagreement: ({ candidate: { isDisputed, other } }) => {
    if (!isDisputed) return "somebody did not like the answer";
    return other === undefined ? "another answer was different" : `another answer was ${short(other)}`;
  },
  diversity: () => "unlike what is labelled",
  errors: ({ suspected }) => {
    const { labelled, probability } = suspected!;
    const by = labelled.by === undefined ? "" : ` by ${plainText(labelled.by)}`;
    return `labelled ${short(labelled.value)}${by}, which fits with ${percent(probability)}`;
  },
  random: () => "drawn at random",
  overlap: () => "a second opinion",
};

/** Why somebody is asked to label it, in a few words. */
export function reasonWords(choice: Choice): string {
  return WORDS[choice.reason](choice);
}

function short(value: unknown): string {
  return shorten(plainText(typeof value === "string" ? value : JSON.stringify(value)), 60);
}
