import type { TextClassifier } from "@modelwright/inference";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { percent } from "../../wording/quantities.ts";
import type { Answers } from "../task.ts";

/** A longer label pushes its text to the right. */
const LABEL_WIDTH = 32;

/** Labels on texts, probabilities to six decimals in files. */
export const answers: Answers<"text-classification", TextClassifier> = {
  options: ["top"],
  trial: {},
  what: "labels",
  rowsAtOnce: 256,
  columns: ({ labels }, { top = 1 }) =>
    Array.from({ length: Math.min(top, labels.length) }, (_, rank) => (rank === 0 ? "" : `_${rank + 1}`)).flatMap(
      (suffix) => [`predicted_label${suffix}`, `predicted_probability${suffix}`],
    ),
  answer: async (model, texts, options) => {
    const { labels } = model;
    const top = Math.min(options.top ?? 1, labels.length);
    const width = Math.min(LABEL_WIDTH, Math.max(...labels.map((label) => plainText(label).length)));
    const predictions = await model.predict(texts, { options: { topK: top } });
    return predictions.map((prediction, i) => {
      const ranked = prediction.probabilities;
      const text = `"${shorten(plainText(texts[i]!), 80)}"`;
      const lines = ranked.map(
        ({ label, probability }) => `${percent(probability).padStart(8)}  ${plainText(label).padEnd(width)}`,
      );
      const { label, probability } = prediction;
      return {
        cells: ranked.flatMap((each) => [each.label, Number(each.probability.toFixed(6))]),
        json: { label, probability, ...(top === 1 ? {} : { probabilities: ranked }) },
        lines: top === 1 ? [`${lines[0]}  ${text}`] : [text, ...lines.map((line) => line.trimEnd())],
        short: [label, percent(probability)],
      };
    });
  },
};
