import { defaultRuntime, encodeModel, GraphBuilder, tensorFrom } from "@modelwright/engine";
import { evaluate, fromReference, toReference } from "@modelwright/engine/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classedRows, mixedRows } from "../testing/tree-rows.ts";
import { trainTrees } from "./train-trees.ts";
import { type TreeEnsemble, treeScores } from "./tree-ensemble.ts";
import { treeGraph } from "./tree-graph.ts";
import type { TreeOptions } from "./tree-options.ts";

function graphOf(ensemble: TreeEnsemble) {
  const b = new GraphBuilder({ name: "trees" });
  const features = b.input("features", "float32", ["batch", ensemble.columns.length]);
  b.output(treeGraph(b, ensemble, features), "scores");
  return b.build();
}

const data = mixedRows(600);
/** A category of a hundred, so that sets are long. */
const kinds = Float32Array.from({ length: 600 }, (_, row) => (row * 37) % 100);
const wide = { ...data, columns: [...data.columns, { name: "code", values: kinds, categories: 100 }] };
wide.target.forEach((value, row) => {
  wide.target[row] = value + ((kinds[row]! * 7) % 10);
});
const small = {
  rounds: 5,
  leaves: 12,
  minRowsInLeaf: 3,
  minRowsPerGroup: 3,
  categorySmoothing: 1,
  categoryL2: 0,
} as const;

const whole = fc.constantFrom(
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  0,
  3.4e38,
  -3.4e38,
  2 ** 31,
  2 ** 63,
);
// Denormal numbers are left out: our sessions take them for zero.
const odd = fc.oneof(whole, fc.constantFrom(0.5, 1.2e-38, -1.2e-38));
const thresholds = (ensemble: TreeEnsemble) => {
  const all = ensemble.trees.flatMap(({ threshold }) => [...threshold]);
  return all.length === 0 ? odd : fc.constantFrom(...all);
};

const cases: readonly (readonly [string, TreeOptions])[] = [
  ["boosted numbers", { objective: "squared", ...small }],
  ["two classes", { objective: "logistic", ...small }],
  ["three classes", { objective: "softmax", classes: 3, ...small }],
  ["a forest", { objective: "squared", method: "forest", rounds: 4, minRowsInLeaf: 2, columnsPerSplit: 0.6 }],
  ["trees without a split", { objective: "squared", rounds: 2, minGain: 1e9 }],
];

describe("treeGraph", () => {
  test.each(cases)("gives the scores of %s, whatever the values are", async (_, options) => {
    const borders = { squared: undefined, logistic: [2], softmax: [0, 4] }[options.objective as "squared"] as
      | number[]
      | undefined;
    const ensemble = await trainTrees(borders === undefined ? wide : classedRows(wide, borders), options);
    const graph = graphOf(ensemble);
    const session = await (await defaultRuntime()).createSession(encodeModel(graph), {
      file: "model.onnx",
      threads: 1,
      executionProvider: "cpu",
    });
    const number = fc.oneof(odd, thresholds(ensemble), fc.float({ min: -3, max: 3 }));
    const category = fc.oneof(
      whole,
      fc.integer({ min: -2, max: 110 }),
      fc.constantFrom(31, 32, 33, 63, 64, 65, 1e9, 16_777_216),
    );
    const row = fc.tuple(number, number, category, category);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 80 }), async (rows) => {
        const values = Float32Array.from(rows.flat());
        const features = tensorFrom("float32", [rows.length, 4], [...values]);
        const expected = Float32Array.from(treeScores(ensemble, values));
        const { scores } = await session.run({ features });
        expect([...(scores!.data as Float32Array)]).toEqual([...expected]);
        const reference = evaluate(graph, { features: toReference(features) }).get("scores")!;
        expect([...(fromReference(reference).data as Float32Array)]).toEqual([...expected]);
      }),
      { numRuns: 40 },
    );
    await session.release();
  });
});
