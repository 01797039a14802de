import type { LoadedModelOf } from "@modelwright/inference";
import { showItem } from "../../wording/show-item.ts";
import { showNumber } from "../../wording/show-number.ts";
import type { Answers } from "../task.ts";

/** Numbers for texts. */
export const answers: Answers<"text-regression", LoadedModelOf<"text-regression">> = {
  options: [],
  trial: {},
  what: "numbers",
  rowsAtOnce: 256,
  columns: () => ["predicted_value"],
  answer: async (model, texts) => {
    const predictions = await model.predict(texts);
    const width = Math.max(8, ...predictions.map(({ value }) => showNumber(value).length));
    return predictions.map(({ value }, i) => ({
      cells: [Number(value.toPrecision(7))],
      json: { value },
      lines: [`${showNumber(value).padStart(width)}  ${showItem(texts[i]!)}`],
      short: [showNumber(value)],
    }));
  },
};
