import type { RowItem } from "@modelwright/contracts";
import { TINY_COLUMNS, TINY_INPUTS, TINY_ODD_ROWS, tinyScore, tinyTable } from "../table-rows/tiny-table.ts";
import type { TinyVersion } from "../testing/tiny-version.ts";

const LABELS = ["low", "high"];

/** The smallest classifier of rows: the score of "high" is the number of the row, that of "low" is nothing. */
export function tinyTableClassifier(): TinyVersion<"tabular-classification"> {
  return {
    files: tinyTable((b, score) => ({
      logits: b.op("Concat", [b.op("Mul", [score, b.scalar(0)]), score], { axis: 1 }),
    })),
    manifest: {
      task: "tabular-classification",
      labels: LABELS,
      signature: {
        input: "row",
        output: "label-probabilities",
        tensors: { inputs: TINY_INPUTS, outputs: [{ name: "logits", dtype: "float32", shape: [-1, 2] }] },
      },
      preprocessing: { columns: TINY_COLUMNS },
      target: { column: "level" },
      model: { parts: [{ kind: "linear", weight: 1, features: 2, parameters: 4 }] },
    },
    examples: [
      { item: { amount: 2, kind: "b" }, options: {}, answer: answerOf({ amount: 2, kind: "b" }) },
      { item: { amount: -1, kind: null }, options: {}, answer: answerOf({ amount: -1, kind: null }) },
      {
        item: { amount: 0.5, kind: "a" },
        options: { all: true },
        answer: { ...answerOf({ amount: 0.5, kind: "a" }), probabilities: ranked({ amount: 0.5, kind: "a" }) },
      },
    ],
    oddItems: TINY_ODD_ROWS,
    otherOptions: { all: true },
  };
}

/** Labels of a row, likeliest first. */
function ranked(row: RowItem) {
  const high = 1 / (1 + Math.exp(-tinyScore(row)));
  const all = [
    { label: "low", probability: 1 - high },
    { label: "high", probability: high },
  ];
  return all.sort((a, b) => b.probability - a.probability);
}

function answerOf(row: RowItem) {
  return ranked(row)[0]!;
}
