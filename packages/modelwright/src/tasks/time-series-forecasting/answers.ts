import type { Forecaster } from "@modelwright/inference";
import { plainText } from "../../wording/plain-text.ts";
import { showNumber } from "../../wording/show-number.ts";
import type { Answers } from "../task.ts";

/** Digits that float32 holds. */
const digits = (value: number) => Number(value.toPrecision(7));
/** Steps that are shown where only a few fit. */
const FEW = 4;

/** Forecasts: a row for each step. */
export const answers: Answers<"time-series-forecasting", Forecaster> = {
  options: ["horizon"],
  trial: {},
  what: "forecasts",
  rowsAtOnce: 512,
  columns: ({ manifest }) => [manifest.preprocessing.time.column, "forecast", "low", "high"],
  answer: async (model, items, { horizon, signal }) => {
    const options = horizon === undefined ? {} : { horizon };
    const predictions = await model.predict(items, { options, ...(signal === undefined ? {} : { signal }) });
    const { naming } = model.manifest.preprocessing;
    return predictions.map(({ steps }, i) => {
      const { series, history } = items[i]!;
      const name =
        typeof series === "string"
          ? series
          : naming.map((column) => series?.[column] ?? history[0]![column] ?? "").join(" / ");
      const shown = steps.map(({ time, value, low, high }) => {
        const interval = `[${showNumber(low)}, ${showNumber(high)}]`;
        return `${time}  ${showNumber(value).padStart(10)}  ${interval}`;
      });
      const rows = steps.map(({ time, value, low, high }) => [time, ...[value, low, high].map(digits)]);
      const first = steps.slice(0, FEW).map(({ value }) => showNumber(value));
      return {
        cells: rows[0]!,
        rows,
        json: { steps },
        lines: [
          ...(name === "" ? [] : [plainText(String(name))]),
          ...shown.map((line) => (name === "" ? line : `  ${line}`)),
        ],
        short: [
          `${first.join(", ")}${steps.length > FEW ? ", …" : ""}`,
          ...(name === "" ? [] : [plainText(String(name))]),
          `from ${steps[0]!.time}`,
        ],
      };
    });
  },
};
