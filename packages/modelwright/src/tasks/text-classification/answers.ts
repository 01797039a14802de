import type { TextClassifier } from "@modelwright/inference";
import { plainText } from "../../wording/plain-text.ts";
import { percent } from "../../wording/quantities.ts";
import { showItem } from "../../wording/show-item.ts";
import type { Answers } from "../task.ts";

/** In the place of a label that a model refuses to give. */
const NO_LABEL = "none of these";

/** A longer label pushes its text to the right. */
const LABEL_WIDTH = 32;

/** Labels on texts, probabilities to six decimals in files. */
export const answers: Answers<"text-classification", TextClassifier> = {
  options: ["top"],
  trial: {},
  what: "labels",
  rowsAtOnce: 256,
  columns: ({ labels, manifest: { reject } }, { top = 1 }) => [
    ...Array.from({ length: Math.min(top, labels.length) }, (_, rank) => (rank === 0 ? "" : `_${rank + 1}`)).flatMap(
      (suffix) => [`predicted_label${suffix}`, `predicted_probability${suffix}`],
    ),
    ...(reject === undefined ? [] : ["likeliest_label"]),
  ],
  answer: async (model, texts, options) => {
    const { labels, manifest } = model;
    const top = Math.min(options.top ?? 1, labels.length);
    const shown = manifest.reject === undefined ? labels : [...labels, NO_LABEL];
    const width = Math.min(LABEL_WIDTH, Math.max(...shown.map((label) => plainText(label).length)));
    const predictions = await model.predict(texts, { options: { topK: top } });
    return predictions.map((prediction, i) => {
      const ranked = prediction.probabilities;
      const text = showItem(texts[i]!);
      const line = (label: string, probability: number) =>
        `${percent(probability).padStart(8)}  ${plainText(label).padEnd(width)}`;
      const { probabilities: _, probability, ...answer } = prediction;
      const given = answer.label ?? NO_LABEL;
      const instead = answer.rejected ? [`likeliest: ${answer.likeliest}`] : [];
      const behind = instead.map((words) => `  ${plainText(words)}`).join("");
      const [first, ...others] = ranked.flatMap((each) => [each.label, Number(each.probability.toFixed(6))]);
      return {
        cells: [answer.label ?? "", ...others, ...(manifest.reject === undefined ? [] : [first!])],
        json: { ...answer, probability, ...(top === 1 ? {} : { probabilities: ranked }) },
        lines:
          top === 1
            ? [`${line(given, probability)}  ${text}${behind}`]
            : [
                `${text}${answer.rejected ? `  ${NO_LABEL}` : ""}`,
                ...ranked.map((each) => line(each.label, each.probability).trimEnd()),
              ],
        short: [given, percent(probability), ...instead],
      };
    });
  },
};
