import { countLetter, LETTER_INPUTS, LETTER_READING, LETTER_TOKENS, letterCounter } from "../testing/letters.ts";
import type { TinyVersion } from "../testing/tiny-version.ts";

const LABELS = ["a", "b", "c"];
/** Twice "a", once "b"; "c" is given to every text, since the probability of nothing is a half. */
const THRESHOLDS = [0.85, 0.7, 0.5];

/** The smallest multi-label classifier: the score of a label is how often its letter occurs among the tokens of the text. */
export function tinyMultiLabelClassifier(): TinyVersion<"multi-label-classification"> {
  return {
    files: letterCounter(LABELS, "logits"),
    manifest: {
      task: "multi-label-classification",
      labels: LABELS,
      thresholds: THRESHOLDS,
      signature: {
        input: "text",
        output: "labels",
        tensors: {
          inputs: LETTER_INPUTS,
          outputs: [{ name: "logits", dtype: "float32", shape: [-1, LABELS.length] }],
        },
      },
      preprocessing: LETTER_READING,
      model: { base: "none", fineTune: "full", parameters: LETTER_TOKENS * LABELS.length },
    },
    examples: [
      { item: "x", options: {}, labels: ["c"] },
      { item: "aaab", options: {}, labels: ["a", "b", "c"] },
      { item: "bb", options: {}, labels: ["b", "c"] },
      { item: "aaab", options: { all: true }, labels: ["a", "b", "c"] },
    ].map(({ item, options, labels }) => ({
      item,
      options,
      answer: { labels, ...(options.all === true ? { scores: scoresOf(item) } : {}) },
    })),
    oddItems: ["", " ", "你好 🎉", "\ud83c", "\u0000", "__proto__", "a".repeat(9000), "x ".repeat(200)],
    otherOptions: { all: true },
  };
}

/** Scores of a text whose letters are in the order of how often they occur. */
function scoresOf(text: string) {
  return LABELS.map((label, i) => ({
    label,
    probability: 1 / (1 + Math.exp(-countLetter(text, label))),
    threshold: THRESHOLDS[i]!,
  }));
}
