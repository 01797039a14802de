import { readFileSync } from "node:fs";
import { tensor } from "@modelwright/engine";
import { allclose } from "@modelwright/engine/testing";
import { describe, expect, test } from "vitest";
import type { Column, Frame } from "../../frames/frame.ts";
import type { FeatureTarget } from "../feature-target.ts";
import { fitFeatures } from "../fit-features.ts";
import { FittedFeatures } from "../fitted-features.ts";
import { toFloat32Text } from "../float32-text.ts";
import { featureSession } from "../testing/run-features.ts";
import { chooseFeatures, mutualInformation } from "./relevance.ts";

type Rows = readonly (readonly number[])[];

const fixture = JSON.parse(readFileSync(new URL("../../../fixtures/preprocessing.json", import.meta.url), "utf8")) as {
  readonly table: Rows;
  readonly triple: readonly number[];
  readonly pca: Rows;
  readonly svd: Rows;
  readonly lda: Rows;
  readonly chiSquareOfCounts: number;
  readonly mutualInformationOfCounts: number;
  readonly target: readonly number[];
  readonly classScores: readonly number[];
  readonly lineScores: readonly number[];
};

const rows = fixture.table.length;
const frame: Frame = {
  rows,
  columns: fixture.table[0]!.map(
    (_, k): Column => ({ kind: "number", name: `n${k}`, values: Float64Array.from(fixture.table, (row) => row[k]!) }),
  ),
};
const target: FeatureTarget = { kind: "class", codes: Int32Array.from(fixture.triple), classes: 3 };
const matrix = { data: Float32Array.from(fixture.table.flat()), width: 5, target };
const names = frame.columns.map(({ name }) => name);

describe.each([
  ["pca", 3, 1],
  ["truncated-svd", 3, 1],
  // scikit-learn divides the scatter within classes by rows − classes.
  ["lda", 2, Math.sqrt((rows - 3) / rows)],
] as const)("%s", (by, components, unit) => {
  const fitted = fitFeatures(frame, { preset: "forTrees", reduce: { by, components } }, target);
  const applied = tensor("float32", [rows, components], fitted.apply(frame));

  test("gives scikit-learn's numbers, but for signs", () => {
    expect(fitted.features.map(({ name }) => name)).toEqual(
      ["component 1", "component 2", "component 3"].slice(0, components),
    );
    for (let k = 0; k < components; k++) {
      const column = fixture[by === "truncated-svd" ? "svd" : by].map((row) => row[k]!);
      const peak = column.findIndex((value) => Math.abs(value) > 0.5);
      const sign = Math.sign(column[peak]! * applied.data[peak * components + k]!);
      for (const [row, value] of column.entries())
        expect(applied.data[row * components + k]! * unit).toBeCloseTo(sign * value, 4);
    }
  });

  test("is what the graph computes", async () => {
    const session = await featureSession(fitted);
    const found = tensor("float32", [rows, components], await session.run(frame));
    session.release();
    const closeness = allclose(found, applied, { absolute: 1e-5 });
    expect(closeness.isClose, closeness.message).toBe(true);
  });

  test("comes back from JSON the same", () => {
    expect(new FittedFeatures(JSON.parse(JSON.stringify(fitted))).apply(frame)).toEqual(applied.data);
  });
});

describe("selection", () => {
  test("measures chi-square and mutual information as scikit-learn", () => {
    // Two copies, since the best feature is kept at any rate.
    const counts = { data: Float32Array.from(fixture.table.flatMap((row) => [row[4]!, row[4]!])), width: 2, target };
    const isAbove = (by: "chi-square" | "mutual-information", above: number) =>
      chooseFeatures(counts, [{ name: "a" }, { name: "b" }], { by, above }).length === 2;
    for (const [by, value] of [
      ["chi-square", fixture.chiSquareOfCounts],
      ["mutual-information", fixture.mutualInformationOfCounts],
    ] as const) {
      expect(isAbove(by, value * (1 - 1e-6))).toBe(true);
      expect(isAbove(by, value * (1 + 1e-6))).toBe(false);
    }
    expect(mutualInformation(Int32Array.of(0, 0, 1, 1), Int32Array.of(3, 3, 5, 5))).toBeCloseTo(Math.log(2), 12);
    expect(mutualInformation(Int32Array.of(0, 0, 1, 1), Int32Array.of(3, 5, 3, 5))).toBe(0);
  });

  test.each([
    ["classes", target, fixture.classScores],
    ["numbers", { kind: "number", values: Float64Array.from(fixture.target) } as const, fixture.lineScores],
  ])("measures the F-score of %s as scikit-learn", (_, predicted, scores) => {
    for (const [place, score] of scores.entries()) {
      const values = fixture.table.map((row) => row[place]!);
      // A copy of the feature, and one that is lower: rows without a value do not count.
      const data = Float32Array.from([...values.flatMap((value) => [value, value]), Number.NaN, Number.NaN]);
      const longer: FeatureTarget =
        predicted.kind === "class"
          ? { ...predicted, codes: Int32Array.of(...predicted.codes, 0) }
          : { ...predicted, values: Float64Array.of(...predicted.values, 99) };
      const isAbove = (above: number) =>
        chooseFeatures({ data, width: 2, target: longer }, [{ name: "a" }, { name: "b" }], { by: "f-score", above })
          .length === 2;
      expect(isAbove(score * (1 - 1e-6))).toBe(true);
      expect(isAbove(score * (1 + 1e-6))).toBe(false);
    }
  });

  test("of codes is as good as their best 0 or 1", () => {
    const codes = fixture.triple;
    const hot = (code: number) => codes.map((each) => Number(each === code));
    const one = (values: readonly number[]) => ({
      data: Float32Array.from(values.flatMap((value) => [value, value])),
      width: 2,
      target,
    });
    for (const by of ["variance", "chi-square"] as const) {
      const lowest = (values: readonly number[], categories?: number) => {
        const features = ["a", "b"].map((name) => ({ name, ...(categories === undefined ? {} : { categories }) }));
        let [low, high] = [0, 1000];
        for (let step = 0; step < 60; step++) {
          const middle = (low + high) / 2;
          if (chooseFeatures(one(values), features, { by, above: middle }).length === 2) low = middle;
          else high = middle;
        }
        return low;
      };
      const best = Math.max(...[0, 1, 2].map((code) => lowest(hot(code))));
      expect(lowest(codes, 3)).toBeCloseTo(best, 9);
    }
  });

  test("keeps what varies most, and only the columns that it needs", async () => {
    const select = { by: "variance", most: 2 } as const;
    const fitted = fitFeatures(frame, { preset: "forNetworks", kinds: { number: { scale: "none" } }, select });
    expect(fitted.features.map(({ name }) => name)).toEqual(
      chooseFeatures(
        matrix,
        names.map((name) => ({ name })),
        select,
      ).map((k) => names[k]),
    );
    expect(fitted.inputs.map(({ name }) => name)).toEqual(fitted.features.map(({ from }) => from));
    const session = await featureSession(fitted);
    expect(await session.run(frame)).toEqual(fitted.apply(frame));
    session.release();
  });

  test("is followed by a reduction", () => {
    const settings = { select: { by: "mutual-information", most: 3 }, reduce: { by: "pca", components: 2 } } as const;
    const fitted = fitFeatures(frame, { preset: "forTrees", ...settings }, target);
    expect(fitted.inputs.length).toBe(3);
    expect(fitted.apply(frame).length).toBe(2 * rows);
  });
});

test("a network's layers are what the graph computes, and come back from JSON the same", async () => {
  const floats = (count: number, seed: number) =>
    toFloat32Text(Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7 + seed)));
  const layers = [
    { outputs: 4, weight: floats(5 * 4, 1), bias: floats(4, 2) },
    { outputs: 2, weight: floats(4 * 2, 3), bias: floats(2, 4) },
  ];
  const fitted = fitFeatures(frame, { preset: "forLinear" }).reduced({ reduce: "dense", state: { layers } });
  expect(fitted.features.map(({ name }) => name)).toEqual(["component 1", "component 2"]);
  const applied = tensor("float32", [rows, 2], fitted.apply(frame));
  const session = await featureSession(fitted);
  const closeness = allclose(tensor("float32", [rows, 2], await session.run(frame)), applied, { absolute: 1e-5 });
  session.release();
  expect(closeness.isClose, closeness.message).toBe(true);
  expect(new FittedFeatures(JSON.parse(JSON.stringify(fitted))).apply(frame)).toEqual(applied.data);
});

describe("what cannot be reduced is refused", () => {
  const holes: Column = {
    kind: "number",
    name: "h",
    values: Float64Array.from({ length: rows }, (_, i) => (i === 3 ? Number.NaN : i)),
  };
  const words: Column = {
    kind: "category",
    name: "w",
    codes: Int32Array.from({ length: rows }, (_, i) => i % 2),
    categories: ["a", "b"],
  };

  test.each([
    ["missing numbers", holes, 'got missing ones in "h"'],
    ["codes", words, 'got codes in "w"'],
  ] as const)("%s", (_, column, message) => {
    const reduce = { by: "pca", components: 1 } as const;
    expect(() => fitFeatures({ rows, columns: [column] }, { preset: "forTrees", reduce })).toThrow(message);
  });

  test("discriminants of numbers", () => {
    const reduce = { by: "lda", components: 1 } as const;
    expect(() => fitFeatures(frame, { preset: "forTrees", reduce })).toThrow("needs a target of classes, got none");
  });

  test("negative values for chi-square", () => {
    const select = { by: "chi-square" } as const;
    expect(() => fitFeatures(frame, { preset: "forTrees", select }, target)).toThrow(
      'features.select by chi-square of "n0" needs numbers from 0',
    );
  });
});
