import { readFileSync } from "node:fs";
import { defaultRuntime, encodeModel, GraphBuilder, tensor } from "@modelwright/engine";
import { expect, test } from "vitest";
import { treeScores } from "../trees/tree-ensemble.ts";
import { treeGraph } from "../trees/tree-graph.ts";
import { growIsolationForest, searchDepth } from "./isolation-forest.ts";

const { rowsPerTree, columns, scores } = JSON.parse(
  readFileSync(new URL("../../fixtures/isolation/isolation.json", import.meta.url), "utf8"),
) as { rowsPerTree: number; columns: number[][]; scores: number[] };
const given = columns.map((values, i) => ({ name: `c${i}`, values: Float32Array.from(values) }));
const rows = scores.length;
const matrix = Float32Array.from({ length: rows * 3 }, (_, at) => columns[at % 3]![Math.floor(at / 3)]!);
const options = { trees: 100, rowsPerTree, seed: 7 };

test("depths of searches are those of the sum", () => {
  expect(searchDepth(1)).toBe(0);
  expect(searchDepth(2)).toBe(1);
  expect(searchDepth(3)).toBeCloseTo(2 * 1.5 - 4 / 3, 12);
  // Liu, Ting & Zhou and scikit-learn take ln(n − 1) + γ for the sum.
  expect(searchDepth(256)).toBeCloseTo(10.2448, 1);
});

test("many trees say what those of scikit-learn say, the ones that have not seen an odd row less", () => {
  const { ensemble, usualDepth, unseenDepths } = growIsolationForest(given, { ...options, trees: 2000 })!;
  const ours = treeScores(ensemble, matrix).map((depth) => 2 ** (-depth / usualDepth));
  for (const [row, score] of ours.entries()) expect(Math.abs(score - scores[row]!), `row ${row}`).toBeLessThan(0.01);
  const unseen = unseenDepths.map((depth) => 2 ** (-depth / usualDepth));
  // Where it was not drawn no question lies between it and the others: so it is with every row that is asked about later.
  for (const row of [rows - 4, rows - 3, rows - 2]) expect(unseen[row]).toBeLessThan(ours[row]!);
});

test("the same seed gives the same trees, another one others", () => {
  const grow = (seed: number) => growIsolationForest(given, { ...options, trees: 5, seed })!;
  expect(grow(3)).toEqual(grow(3));
  expect(grow(3).ensemble.trees).not.toEqual(grow(4).ensemble.trees);
});

test("the graph gives the depths that are predicted here", async () => {
  const { ensemble } = growIsolationForest(given, options)!;
  const b = new GraphBuilder({ name: "forest" });
  b.output(treeGraph(b, ensemble, b.input("features", "float32", ["batch", 3])), "depths");
  const session = await (await defaultRuntime()).createSession(encodeModel(b.build()), {});
  const { depths } = await session.run({ features: tensor("float32", [rows, 3], matrix) });
  session.release();
  expect(depths!.data).toEqual(Float32Array.from(treeScores(ensemble, matrix)));
});

test("rows that are alike, few or endless are told apart as far as they differ", () => {
  const depthsOf = (...values: number[][]) => {
    const one = values.map((column, i) => ({ name: `c${i}`, values: Float32Array.from(column) }));
    return growIsolationForest(one, { ...options, rowsPerTree: 256 })!;
  };
  const alike = depthsOf([1, 1, 1, 1, 1, 1]);
  expect(new Set(alike.unseenDepths)).toEqual(new Set([Math.fround(searchDepth(4))]));
  expect(alike.ensemble.trees.every(({ column }) => column.length === 1)).toBe(true);
  expect(depthsOf([0, 1]).unseenDepths.every(Number.isFinite)).toBe(true);
  const endless = depthsOf([Number.NEGATIVE_INFINITY, 0, 1, 2, 3e38, -3e38, 4, Number.POSITIVE_INFINITY]);
  expect(endless.unseenDepths.every(Number.isFinite)).toBe(true);
  // Two neighbouring numbers: none lies between.
  expect(depthsOf([1, Math.fround(1 + 2 ** -23), 1, 1]).ensemble.trees.some(({ column }) => column.length > 1)).toBe(
    true,
  );
});

test("it tells how far it is, and ends when it is asked to", () => {
  const shares: number[] = [];
  growIsolationForest(given, { ...options, trees: 4 }, { onProgress: (share) => shares.push(share) });
  expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
  expect(growIsolationForest(given, options, { shouldStop: () => true })).toBeUndefined();
});
