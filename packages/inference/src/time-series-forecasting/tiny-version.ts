import { encodeModel, GraphBuilder } from "@modelwright/engine";
import type { TinyVersion } from "../testing/tiny-version.ts";

const [CONTEXT, HORIZON] = [4, 3];

/** The smallest forecaster: each step is the last value and the price known ahead of it, and lies between one less and one more. */
export function tinyForecaster(): TinyVersion<"time-series-forecasting"> {
  const b = new GraphBuilder({ name: "tiny" });
  const history = b.input("history", "float32", ["batch", CONTEXT]);
  const price = b.input("column.price", "float32", ["batch", HORIZON]);
  const known = b.op("Where", [b.op("IsNaN", [price]), b.scalar(0), price]);
  const last = b.op("Slice", [history, b.ints([CONTEXT - 1]), b.ints([CONTEXT]), b.ints([1])]);
  const value = b.op("Add", [known, last]);
  b.output(b.op("Identity", [value]), "value");
  b.output(b.op("Sub", [value, b.scalar(1)]), "low");
  b.output(b.op("Add", [value, b.scalar(1)]), "high");
  const rows = (...sold: number[]) => sold.map((each, i) => ({ date: `2026-03-0${i + 1}`, sold: each }));
  const prices = (...all: (number | null)[]) => all.map((each) => ({ price: each }));
  const answer = (from: number, values: readonly number[]) => ({
    steps: values.map((each, i) => ({ time: `2026-03-0${from + i}`, value: each, low: each - 1, high: each + 1 })),
  });
  return {
    files: { "onnx/model.onnx": encodeModel(b.build()) },
    manifest: {
      task: "time-series-forecasting",
      signature: {
        input: "series",
        output: "forecast",
        tensors: {
          inputs: [
            { name: "history", dtype: "float32", shape: [-1, CONTEXT] },
            { name: "column.price", dtype: "float32", shape: [-1, HORIZON] },
          ],
          outputs: ["value", "low", "high"].map((name) => ({ name, dtype: "float32", shape: [-1, HORIZON] })),
        },
      },
      preprocessing: {
        time: { column: "date", spelling: "2026-01-31" },
        target: { column: "sold" },
        naming: ["store"],
        series: [],
        known: [{ name: "price", kind: "number", feed: "column.price" }],
        past: [],
        frequency: "day",
        context: CONTEXT,
        times: "error",
        gaps: "missing",
        leastValues: 2,
      },
      horizon: HORIZON,
      season: 1,
      target: { minimum: 0, maximum: 90, mean: 31 },
      learnt: { series: 2, until: "2026-02-28" },
      windows: { count: 2, step: 3 },
      model: { parts: [{ kind: "seasonal-naive", weight: 1, parameters: 0 }] },
      interval: { coverage: 0.9, windows: 12 },
    },
    examples: [
      { item: { history: rows(4, 7), future: prices(1, 2, 3) }, options: {}, answer: answer(3, [8, 9, 10]) },
      {
        item: { history: rows(4, 7, 5), future: prices(1, 0, 0), series: "North" },
        options: { horizon: 1 },
        answer: answer(4, [6]),
      },
      {
        item: { history: rows(9, 2), future: prices(null, 0, 0.5), series: { store: "Harbour" } },
        options: {},
        answer: answer(3, [2, 2, 2.5]),
      },
    ],
    oddItems: [
      { history: [...rows(1, 2).toReversed()], future: prices(0, 0, 0), series: "你好 🎉" },
      {
        history: [
          { date: "2026-03-01", sold: "1.5" },
          { date: "2026-03-04", sold: 3e38, more: true },
        ],
        future: prices(1, 1, 1, 1),
      },
      {
        history: [...rows(1, 2), { date: "2026-03-03", sold: null, price: 4 }],
        future: [
          { date: "2026-03-05", price: 6 },
          { date: "2026-03-04", price: 5 },
        ],
        series: "__proto__",
      },
    ],
    otherOptions: { horizon: 2 },
  };
}
