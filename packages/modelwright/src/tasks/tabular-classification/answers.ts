import type { TableClassifier } from "@modelwright/inference";
import { plainText } from "../../wording/plain-text.ts";
import { percent } from "../../wording/quantities.ts";
import { showItem } from "../../wording/show-item.ts";
import type { Answers } from "../task.ts";

/** Labels on rows, probabilities to six decimals in files. */
export const answers: Answers<"tabular-classification", TableClassifier> = {
  options: ["top"],
  trial: {},
  what: "labels",
  rowsAtOnce: 4096,
  columns: ({ labels }, { top = 1 }) =>
    Array.from({ length: Math.min(top, labels.length) }, (_, rank) => (rank === 0 ? "" : `_${rank + 1}`)).flatMap(
      (suffix) => [`predicted_label${suffix}`, `predicted_probability${suffix}`],
    ),
  answer: async (model, rows, { top = 1 }) => {
    const topK = Math.min(top, model.labels.length);
    const predictions = await model.predict(rows, { options: { topK } });
    const width = Math.max(...model.labels.map((label) => plainText(label).length));
    return predictions.map(({ label, probability, probabilities = [] }, i) => ({
      cells: probabilities.flatMap((each) => [each.label, Number(each.probability.toFixed(6))]),
      json: { label, probability, ...(topK > 1 ? { probabilities } : {}) },
      lines: [
        `${plainText(label).padEnd(width)}  ${percent(probability).padStart(7)}  ${showItem(rows[i]!)}`,
        ...probabilities.slice(1).map((each) => `  ${plainText(each.label)}  ${percent(each.probability)}`),
      ],
      short: [label, percent(probability)],
    }));
  },
};
