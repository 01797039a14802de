import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { trainTrees } from "./train-trees.ts";
import { treeScores } from "./tree-ensemble.ts";
import type { TreeOptions } from "./tree-options.ts";

interface Case {
  readonly name: string;
  readonly options: Pick<TreeOptions, "objective">;
  readonly monotone: readonly (-1 | 0 | 1)[] | null;
  readonly weights: readonly number[] | null;
  readonly target: readonly number[];
  readonly leaves: readonly number[];
  readonly scores: readonly number[];
}

const fixture = JSON.parse(readFileSync(new URL("../../fixtures/trees/lightgbm.json", import.meta.url), "utf8")) as {
  readonly rows: readonly (readonly (number | null)[])[];
  readonly cases: readonly Case[];
};
const features = Float32Array.from(fixture.rows.flat(), (value) => value ?? Number.NaN);
const columnAt = (at: number) => Float32Array.from(fixture.rows, (row) => row[at] ?? Number.NaN);

test.each(fixture.cases)("grows the trees of LightGBM: $name", async (each) => {
  const monotone = each.monotone?.[0] || undefined;
  const columns = [
    { name: "rising", values: columnAt(0), ...(monotone !== undefined && { monotone }) },
    { name: "other", values: columnAt(1) },
    { name: "few", values: columnAt(2), categories: 3 },
  ];
  const weights = each.weights === null ? undefined : Float64Array.from(each.weights);
  const data = { columns, rows: fixture.rows.length, target: Float64Array.from(each.target), weights };
  const shared = { rounds: 4, leaves: 8, learningRate: 0.5 };
  const ensemble = await trainTrees(data, { ...shared, ...each.options });
  expect(ensemble.trees.map(({ column }) => column.filter((at) => at < 0).length)).toEqual(each.leaves);
  for (const [at, score] of treeScores(ensemble, features).entries()) expect(score).toBeCloseTo(each.scores[at]!, 4);
});
