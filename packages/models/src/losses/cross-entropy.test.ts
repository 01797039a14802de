import { GraphBuilder, tensorFrom } from "@modelwright/engine";
import { checkGradient, evaluate, toReference } from "@modelwright/engine/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CrossEntropyOptions, crossEntropy } from "./cross-entropy.ts";

const logits = [
  [2, -1, 0.5],
  [0.1, 0.2, 0.3],
  [-3, 4, 1],
  [1, 1, 1],
];
const labels = [0, 2, 1, 2];

function lossOf(
  rows: readonly (readonly number[])[],
  labelIds: readonly number[],
  options: CrossEntropyOptions,
): number {
  const b = new GraphBuilder({ name: "loss" });
  const x = b.input("x", "float32", ["batch", rows[0]!.length]);
  const y = b.input("y", "int64", ["batch"]);
  b.output(crossEntropy({ b }, { ...options, logits: x, labels: y }), "loss");
  const feeds = {
    x: toReference(tensorFrom("float32", [rows.length, rows[0]!.length], rows.flat())),
    y: toReference(tensorFrom("int64", [rows.length], labelIds)),
  };
  return evaluate(b.build(), feeds).get("loss")!.data[0]!;
}

/** The definition, row by row: −Σ target · ln softmax, with the target written out. */
function definition(
  rows: readonly (readonly number[])[],
  labelIds: readonly number[],
  { labelSmoothing = 0, classWeights }: CrossEntropyOptions,
): { readonly sum: number; readonly weight: number } {
  let [sum, weight] = [0, 0];
  rows.forEach((row, i) => {
    const normalizer = row.reduce((total, x) => total + Math.exp(x), 0);
    row.forEach((x, c) => {
      const target = (c === labelIds[i] ? 1 - labelSmoothing : 0) + labelSmoothing / row.length;
      sum -= target * (classWeights?.[c] ?? 1) * Math.log(Math.exp(x) / normalizer);
    });
    weight += classWeights?.[labelIds[i]!] ?? 1;
  });
  return { sum, weight };
}

const variants: readonly CrossEntropyOptions[] = [
  {},
  { labelSmoothing: 0.1 },
  { classWeights: [0.5, 2, 1] },
  { labelSmoothing: 0.25, classWeights: [0.5, 2, 1] },
];

describe("crossEntropy", () => {
  test.each(variants)("is the mean by its definition with %j", (options) => {
    // float32 rounds the logits by up to 1e-8 of their size; everything after is float64.
    const float32 = logits.map((row) => row.map(Math.fround));
    const { sum, weight } = definition(float32, labels, options);
    expect(lossOf(logits, labels, options)).toBeCloseTo(sum / weight, 6);
  });

  test("is the natural logarithm of the number of classes for equal logits", () => {
    expect(lossOf([[7, 7, 7, 7, 7]], [3], {})).toBeCloseTo(Math.log(5), 12);
  });

  test("stays finite for large logits", () => {
    expect(lossOf([[1e4, 0, -1e4]], [2], {})).toBeCloseTo(2e4, 6);
  });
});

describe("the summed crossEntropy", () => {
  const classes = 3;
  function graphOf(options: CrossEntropyOptions) {
    const b = new GraphBuilder({ name: "classifier" });
    const x = b.op("Tanh", [b.input("x", "float32", ["batch", classes])]);
    b.output(
      crossEntropy({ b }, { ...options, logits: x, labels: b.input("labels", "int64", ["batch"]), reduction: "sum" }),
      "loss",
    );
    return b.build();
  }
  const feedsOf = (rows: readonly (readonly number[])[], labelIds: readonly number[]) => ({
    x: toReference(tensorFrom("float32", [rows.length, classes], rows.flat())),
    labels: toReference(tensorFrom("int64", [rows.length], labelIds)),
  });

  test("adds up over batches of different sizes to the sum over all rows together", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.constantFrom(...variants), (cut, options) => {
        const graph = graphOf(options);
        const loss = (from: number, to: number) =>
          evaluate(graph, feedsOf(logits.slice(from, to), labels.slice(from, to))).get("loss")!.data[0]!;
        expect(loss(0, cut) + loss(cut, logits.length)).toBeCloseTo(loss(0, logits.length), 12);
      }),
    );
  });

  test.each(variants)("has the gradient of central differences with %j", (options) => {
    const { relativeError } = checkGradient({
      graph: graphOf(options),
      feeds: feedsOf(logits, labels),
      loss: "loss",
      parameter: "x",
    });
    expect(relativeError).toBeLessThan(1e-6);
  });
});
