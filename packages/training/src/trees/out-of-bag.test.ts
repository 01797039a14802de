import { expect, test } from "vitest";
import { classedRows, mixedRows, takeTreeRows } from "../testing/tree-rows.ts";
import { outOfBagScores } from "./out-of-bag.ts";
import { trainTrees } from "./train-trees.ts";
import type { TreeOptions } from "./tree-options.ts";

const data = mixedRows(300);
const forest = { objective: "squared", method: "forest", rounds: 60, columnsPerSplit: 1, seed: 3 } as const;

function correlation(one: Float64Array, other: Float64Array): number {
  const centred = (values: Float64Array) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [a, b] = [centred(one), centred(other)];
  const product = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

test("scores of rows that trees have not seen show no noise that trees learnt by heart", async () => {
  const noise = { ...data, target: data.target.map((_, row) => (row * 7919) % 1000) };
  const options = { ...forest, minRowsInLeaf: 1 };
  const scores = outOfBagScores(await trainTrees(noise, options), noise, options);
  expect(Math.abs(correlation(scores, noise.target))).toBeLessThan(0.2);
  const learnt = outOfBagScores(await trainTrees(data, options), data, options);
  expect(correlation(learnt, data.target)).toBeGreaterThan(0.95);
});

test("a changed target of a row changes only what trees say that had it", async () => {
  const changed = { ...data, target: data.target.map((value, row) => (row === 7 ? value + 1000 : value)) };
  const scores = outOfBagScores(await trainTrees(changed, forest), changed, forest);
  const before = outOfBagScores(await trainTrees(data, forest), data, forest);
  expect(scores[7]).toBeCloseTo(before[7]!, 3);
  expect(Math.max(...scores.map((score, row) => Math.abs(score - before[row]!)))).toBeGreaterThan(10);
});

test("each class of several has its score, and a row that every tree had has none", async () => {
  const three = classedRows(data, [-1, 2]);
  const options = { objective: "softmax", classes: 3, method: "forest", rounds: 40 } as const satisfies TreeOptions;
  const scores = outOfBagScores(await trainTrees(three, options), three, options);
  const right = three.target.filter((actual, row) => {
    const own = scores.subarray(3 * row, 3 * row + 3);
    return own.indexOf(Math.max(...own)) === actual;
  });
  expect(right.length / three.rows).toBeGreaterThan(0.8);
  const few = takeTreeRows(data, [0, 1, 2, 3, 4, 5, 6, 7]);
  const whole = { ...forest, rounds: 2, rowsPerTree: 1 };
  expect(outOfBagScores(await trainTrees(few, whole), few, whole).every(Number.isNaN)).toBe(true);
});
