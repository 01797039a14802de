import type { TableRegressor } from "@modelwright/inference";
import { showItem } from "../../wording/show-item.ts";
import { showNumber } from "../../wording/show-number.ts";
import type { Answers } from "../task.ts";

/** Digits that float32 holds. */
const digits = (value: number) => Number(value.toPrecision(7));

/** Numbers for rows, each with its interval. */
export const answers: Answers<"tabular-regression", TableRegressor> = {
  options: [],
  trial: {},
  what: "numbers",
  rowsAtOnce: 4096,
  columns: () => ["predicted_value", "predicted_low", "predicted_high"],
  answer: async (model, rows) => {
    const predictions = await model.predict(rows);
    const intervals = predictions.map(({ low, high }) => `[${showNumber(low)}, ${showNumber(high)}]`);
    const width = Math.max(8, ...predictions.map(({ value }) => showNumber(value).length));
    const wide = Math.max(...intervals.map(({ length }) => length));
    return predictions.map((prediction, i) => {
      const { value, low, high } = prediction;
      return {
        cells: [value, low, high].map(digits),
        json: { value, low, high },
        lines: [`${showNumber(value).padStart(width)}  ${intervals[i]!.padEnd(wide)}  ${showItem(rows[i]!)}`],
        short: [showNumber(value), intervals[i]!],
      };
    });
  },
};
