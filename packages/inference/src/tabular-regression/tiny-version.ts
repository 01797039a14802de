import { TINY_COLUMNS, TINY_INPUTS, TINY_ODD_ROWS, tinyScore, tinyTable } from "../table-rows/tiny-table.ts";
import type { TinyVersion } from "../testing/tiny-version.ts";

/** The smallest regressor of rows: its number is that of the row, and lies between one less and one more. */
export function tinyTableRegressor(): TinyVersion<"tabular-regression"> {
  return {
    files: tinyTable((b, score) => ({
      value: b.op("Identity", [score]),
      low: b.op("Sub", [score, b.scalar(1)]),
      high: b.op("Add", [score, b.scalar(1)]),
    })),
    manifest: {
      task: "tabular-regression",
      signature: {
        input: "row",
        output: "number",
        tensors: {
          inputs: TINY_INPUTS,
          outputs: ["value", "low", "high"].map((name) => ({ name, dtype: "float32", shape: [-1, 1] })),
        },
      },
      preprocessing: { columns: TINY_COLUMNS },
      target: { column: "price", minimum: -10, maximum: 10, mean: 0 },
      model: { parts: [{ kind: "linear", weight: 1, features: 2, parameters: 3 }] },
      interval: { coverage: 0.9, rows: 100 },
    },
    examples: [
      { amount: 2, kind: "b" },
      { amount: -1.5, kind: null },
      { amount: 40, kind: "a" },
    ].map((item) => {
      const value = tinyScore(item);
      return { item, options: {}, answer: { value, low: value - 1, high: value + 1 } };
    }),
    oddItems: TINY_ODD_ROWS,
    otherOptions: {},
  };
}
