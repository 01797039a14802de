import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Column } from "../frames/frame.ts";
import { columnDrifts } from "./column-drift.ts";

interface Fixture {
  readonly drifts: {
    readonly numbers: readonly [readonly number[], readonly number[], statistic: number];
    readonly categories: readonly [readonly string[], readonly string[], statistic: number, chance: number];
  };
}

/** What SciPy says of the same samples: fixtures/profile.py. */
const { drifts } = JSON.parse(readFileSync(new URL("../../fixtures/profile.json", import.meta.url), "utf8")) as Fixture;

const numbers = (values: readonly number[]): Column => ({
  kind: "number",
  name: "n",
  values: Float64Array.from(values),
});

function categories(values: readonly string[]): Column {
  const names = [...new Set(values)];
  return {
    kind: "category",
    name: "c",
    categories: names,
    codes: Int32Array.from(values, (each) => names.indexOf(each)),
  };
}

test("numbers by the Kolmogorov-Smirnov statistic", () => {
  const [one, other, statistic] = drifts.numbers;
  const [found] = columnDrifts([numbers(one)], [numbers(other)]);
  expect(found!.statistic).toBeCloseTo(statistic, 12);
});

test("categories by the chi-square statistic", () => {
  const [one, other, statistic, chance] = drifts.categories;
  const [found] = columnDrifts([categories(one)], [categories(other)]);
  expect(found!.statistic).toBeCloseTo(statistic, 9);
  expect(found!.chance).toBeCloseTo(chance, 9);
  const share = (all: readonly string[], name: string) => all.filter((each) => each === name).length / all.length;
  const stability = ["a", "b", "c", "d"].reduce(
    (sum, name) => sum + (share(other, name) - share(one, name)) * Math.log(share(other, name) / share(one, name)),
    0,
  );
  expect(found!.stability).toBeCloseTo(stability, 12);
});

test("the same rows are steady, whatever the others are", () => {
  const [one] = drifts.numbers;
  const other = one.map((value) => value + 1);
  const verdicts = columnDrifts(
    [numbers(one), { ...numbers(one), name: "m" }],
    [numbers(one), { ...numbers(other), name: "m" }],
  );
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(["steady", "drifted"]);
});
