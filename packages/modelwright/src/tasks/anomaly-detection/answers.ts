import type { RowWatcher } from "@modelwright/inference";
import { plainText } from "../../wording/plain-text.ts";
import { percent } from "../../wording/quantities.ts";
import { showItem } from "../../wording/show-item.ts";
import type { Answers } from "../task.ts";

/** How odd rows are, scores to six decimals in files; with `top` so many columns that make them so. */
export const answers: Answers<"anomaly-detection", RowWatcher> = {
  options: ["top"],
  trial: { top: 2 },
  what: "scores",
  rowsAtOnce: 4096,
  columns: (_, { top }) => [
    "predicted_score",
    "predicted_anomalous",
    ...(top === undefined ? [] : ["predicted_columns"]),
  ],
  answer: async (model, rows, { top }) => {
    const found = await model.predict(rows, { options: top === undefined ? {} : { explain: top } });
    return found.map(({ score, anomalous, columns }, i) => {
      const word = anomalous ? "anomalous" : "ordinary";
      const why = (columns ?? []).map(({ column, share }) => `${plainText(column)} ${percent(share)}`).join(", ");
      return {
        cells: [
          Number(score.toFixed(6)),
          anomalous ? "true" : "false",
          ...(top === undefined ? [] : [(columns ?? []).map(({ column }) => column).join("; ")]),
        ],
        json: { score, anomalous, ...(columns === undefined ? {} : { columns }) },
        lines: [`${word.padEnd(9)}  ${score.toFixed(4)}  ${showItem(rows[i]!)}`, ...(why === "" ? [] : [`  ${why}`])],
        short: [word, score.toFixed(4), ...(anomalous && why !== "" ? [why] : [])],
      };
    });
  },
};
