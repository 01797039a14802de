import type { LoadedModelOf } from "@modelwright/inference";
import { plainText } from "../../wording/plain-text.ts";
import { percent } from "../../wording/quantities.ts";
import { showItem } from "../../wording/show-item.ts";
import type { Answers } from "../task.ts";
import { showLabelSet } from "./show-label-set.ts";

/** A longer list of labels pushes its text to the right. */
const LABELS_WIDTH = 32;

/** Labels on texts; in files as a JSON list, which is read again whatever a label holds. */
export const answers: Answers<"multi-label-classification", LoadedModelOf<"multi-label-classification">> = {
  options: ["top"],
  trial: {},
  what: "labels",
  rowsAtOnce: 256,
  columns: () => ["predicted_labels"],
  answer: async (model, texts, { top }) => {
    const predictions = await model.predict(texts, { options: { all: true } });
    return predictions.map(({ labels, scores = [] }, i) => {
      const text = showItem(texts[i]!);
      const likeliest = scores.slice(0, top ?? 0);
      const shown = plainText(showLabelSet(labels));
      const lines = likeliest.map(
        ({ label, probability, threshold }) =>
          `${percent(probability).padStart(8)}  ${plainText(label)} (from ${percent(threshold)} on)`,
      );
      return {
        cells: [JSON.stringify(labels)],
        json: { labels, ...(top === undefined ? {} : { top: likeliest }) },
        lines: [`${shown.padEnd(LABELS_WIDTH)}  ${text}`, ...lines],
        short: [showLabelSet(labels)],
      };
    });
  },
};
