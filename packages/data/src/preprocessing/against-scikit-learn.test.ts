import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { CategoryColumn, Column, Frame } from "../frames/frame.ts";
import type { ColumnSettings } from "./feature-settings.ts";
import type { FeatureTarget } from "./feature-target.ts";
import { fitFeatures } from "./fit-features.ts";
import { rowsFrame } from "./rows-frame.ts";

type Numbers = readonly number[];

interface Fixture {
  readonly numbers: Numbers;
  readonly new: Numbers;
  readonly missingAt: Numbers;
  readonly words: readonly string[];
  readonly newWords: readonly string[];
  readonly target: Numbers;
  readonly pair: Numbers;
  readonly triple: Numbers;
  readonly scaled: Readonly<Record<"standard" | "min-max" | "robust" | "quantile" | "normal", Numbers>>;
  readonly imputed: Readonly<Record<"mean" | "median" | "mode", number>>;
  readonly oneHot: readonly Numbers[];
  readonly oneHotRare: readonly Numbers[];
  readonly ordinal: readonly Numbers[];
  readonly targetNumber: readonly Numbers[];
  readonly targetPair: readonly Numbers[];
  readonly targetTriple: readonly Numbers[];
  /** Rows to learn from, and behind them new ones, whose holes the next two fill. */
  readonly told: readonly (readonly (number | null)[])[];
  readonly sort: readonly string[];
  readonly nearest: readonly Numbers[];
  readonly predicted: readonly Numbers[];
}

const fixture = JSON.parse(
  readFileSync(new URL("../../fixtures/preprocessing.json", import.meta.url), "utf8"),
) as Fixture;

const numbers = (values: Numbers): Column => ({ kind: "number", name: "c", values: Float64Array.from(values) });
const categories = ["teal", "red", "green", "blue", "never"];
const words: CategoryColumn = {
  kind: "category",
  name: "c",
  categories,
  codes: Int32Array.from(fixture.words, (word) => categories.indexOf(word)),
};

/** What a column's settings make of new rows. */
function features(
  column: Column,
  settings: ColumnSettings,
  rows: readonly (number | string | null)[],
  target?: FeatureTarget,
) {
  const size = column.kind === "category" ? column.codes.length : column.values.length;
  const frame = { rows: size, columns: [column] };
  const fitted = fitFeatures(frame, { preset: "forTrees", columns: { c: settings } }, target);
  return fitted.apply(
    rowsFrame(
      fitted.inputs,
      rows.map((c) => ({ c })),
    ),
  );
}

function expectClose(found: Float32Array, expected: Numbers): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of found.entries())
    expect(Math.abs(value - expected[i]!), `${i}: ${value}`).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[i]!)));
}

test.each(["standard", "min-max", "robust", "quantile"] as const)("%s scaling", (scale) => {
  expectClose(features(numbers(fixture.numbers), { scale }, fixture.new), fixture.scaled[scale]);
});

test("normal scores, of values that training rows have and beyond them", () => {
  // Between training values scikit-learn interpolates shares, and here scores are.
  const known = fixture.new.flatMap((value, i) => (value === 0.25 ? [] : [i]));
  const found = features(
    numbers(fixture.numbers),
    { scale: "normal" },
    known.map((i) => fixture.new[i]!),
  );
  expectClose(
    found,
    known.map((i) => fixture.scaled.normal[i]!),
  );
});

test.each(["mean", "median", "mode"] as const)("%s of missing numbers", (missing) => {
  const values = fixture.numbers.map((value, i) => (fixture.missingAt.includes(i) ? Number.NaN : value));
  expectClose(features(numbers(values), { missing }, [null, 2]), [fixture.imputed[missing], 2]);
});

test.each([
  ["oneHot", { encode: "one-hot" }],
  ["oneHotRare", { encode: "one-hot", rare: 5 }],
] as const)("%s", (name, settings) => {
  expectClose(features(words, settings, fixture.newWords), fixture[name].flat());
});

test("ordinal, where new categories are missing values", () => {
  expectClose(features(words, { encode: "ordinal", missing: -1 }, fixture.newWords), fixture.ordinal.flat());
});

test.each([
  ["targetNumber", { kind: "number", values: Float64Array.from(fixture.target) }],
  ["targetPair", { kind: "class", codes: Int32Array.from(fixture.pair), classes: 2 }],
  ["targetTriple", { kind: "class", codes: Int32Array.from(fixture.triple), classes: 3 }],
] as const)("%s", (name, target) => {
  expectClose(features(words, { encode: "target" }, fixture.newWords, target), fixture[name].flat());
});

test.each(["nearest", "predicted"] as const)("missing numbers that other columns tell: %s", (missing) => {
  const names = ["w", "x", "y", "z"];
  const training = fixture.told.length - fixture[missing].length;
  const kinds = [...new Set(fixture.sort)];
  const frame: Frame = {
    rows: training,
    columns: [
      ...names.map((name, k): Column => {
        const values = Float64Array.from(fixture.told.slice(0, training), (row) => row[k] ?? Number.NaN);
        return { kind: "number", name, values };
      }),
      {
        kind: "category",
        name: "sort",
        codes: Int32Array.from(fixture.sort.slice(0, training), (kind) => kinds.indexOf(kind)),
        categories: kinds,
      },
    ],
  };
  const settings = { preset: "forTrees", kinds: { number: { missing } } } as const;
  const fitted = fitFeatures(frame, settings);
  const items = fixture.told.slice(training).map((row, i) => ({
    ...Object.fromEntries(names.map((name, k) => [name, row[k]!])),
    sort: fixture.sort[training + i]!,
  }));
  const found = fitted.apply(rowsFrame(fitted.inputs, items));
  const numbers = found.filter((_, i) => i % (names.length + 1) < names.length);
  expect(
    fixture.told
      .slice(training)
      .flat()
      .filter((value) => value === null).length,
  ).toBeGreaterThan(5);
  expectClose(numbers, fixture[missing].flat());
});
