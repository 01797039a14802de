import { DATE_PARTS } from "@modelwright/contracts";
import { tensor } from "@modelwright/engine";
import { allclose } from "@modelwright/engine/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Column, Frame } from "../frames/frame.ts";
import { wellFormed } from "../frames/well-formed.ts";
import type { FeatureSettings } from "./feature-settings.ts";
import { fitFeatures } from "./fit-features.ts";
import { featureSession, interpretFeatures } from "./testing/run-features.ts";

const number = (name: string, values: ArrayLike<number>): Column => ({
  kind: "number",
  name,
  values: Float64Array.from(values),
});
const date = (name: string, values: ArrayLike<number>): Column => ({
  kind: "date",
  name,
  values: Float64Array.from(values),
});
function category(name: string, values: readonly (string | null)[]): Column {
  const categories = [...new Set(values)].filter((value) => value !== null);
  return {
    kind: "category",
    name,
    categories,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : categories.indexOf(value))),
  };
}

const oddNumbers = fc.oneof(
  fc.double(),
  fc.double({ min: -100, max: 100 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1, 2, 1e300, 5e-324),
);
const oddTexts = fc.oneof(
  fc.string({ unit: "binary" }).map(wellFormed),
  fc.constantFrom("red", "blue", "🎉", "", "a\0b", "\0", " red", null),
);
/** From the year 1 to 9999. */
const oddDates = fc.oneof(
  fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
  fc.constantFrom(Number.NaN, 0, -1, -86_400_000, Date.UTC(2000, 1, 29), Date.UTC(1900, 1, 28, 23, 59, 59, 999)),
);

const training: Frame = {
  rows: 6,
  columns: [
    number("n", [1, 2, Number.NaN, 2, -7.5, 1e6]),
    category("c", ["red", "blue", "red", null, "🎉", "a\0b"]),
    date("d", [
      Date.UTC(2026, 0, 31, 9, 30, 1),
      0,
      Number.NaN,
      Date.UTC(1969, 6, 20),
      Date.UTC(2024, 1, 29),
      Date.UTC(2025, 11, 31, 23),
    ]),
  ],
};
const target = { kind: "class", codes: Int32Array.of(0, 1, 2, 1, 0, 1), classes: 3 } as const;

const SETTINGS: readonly (readonly [string, FeatureSettings])[] = [
  ["for trees", { preset: "forTrees" }],
  ["for networks", { preset: "forNetworks" }],
  [
    "quantiles and one-hot",
    { preset: "forNetworks", kinds: { number: { scale: "quantile" }, category: { encode: "one-hot" } } },
  ],
  [
    "normal scores and target means",
    { preset: "forTrees", kinds: { number: { scale: "normal" }, category: { encode: "target" } } },
  ],
  [
    "an order, filled up by the mean, and what was missing",
    {
      preset: "forLinear",
      kinds: { number: { missing: "mean", indicator: true, scale: "min-max", clip: 0.5 }, date: { encode: "drop" } },
      columns: {
        c: {
          encode: "ordinal",
          order: ["a\0b", "🎉", "blue", "red"],
          missing: "mean",
          indicator: true,
          scale: "robust",
        },
      },
    },
  ],
  [
    "few codes, a 0 or 1 for each",
    {
      preset: "forLinear",
      kinds: { category: { encode: "hash", buckets: 3, missing: "keep" }, number: { missing: -1 } },
    },
  ],
  [
    "codes of frequent categories, a 0 or 1 for each",
    {
      preset: "forLinear",
      kinds: { category: { encode: "code", most: 2, missing: "mode" }, date: { parts: ["minute"] } },
    },
  ],
  [
    "means of the target, scaled",
    { preset: "forTrees", kinds: { category: { encode: "target", folds: 2, scale: "standard", clip: 1 } } },
  ],
  [
    "what is missing by near rows, far values clipped",
    {
      preset: "forTrees",
      kinds: { number: { missing: "nearest", outliers: { cure: "clip", by: "iqr" } }, date: { missing: "nearest" } },
    },
  ],
  [
    "what is missing as the others predict it, far values winsorised",
    {
      preset: "forLinear",
      kinds: {
        number: { missing: "predicted", outliers: { cure: "winsorise", by: "iqr" } },
        date: { missing: "predicted" },
        category: { encode: "ordinal", missing: "nearest" },
      },
    },
  ],
  [
    "far values by deviations, and one number alone of what others tell",
    {
      preset: "forTrees",
      kinds: { number: { missing: "predicted", outliers: { cure: "clip", by: "z-score", beyond: 1 } } },
      select: { by: "variance", most: 1 },
    },
  ],
  ["what tells most", { preset: "forTrees", select: { by: "mutual-information", most: 4 } }],
  ["what varies, of numbers without a hole", { preset: "forLinear", select: { by: "f-score", above: 0.1 } }],
  ["rarities", { preset: "forTrees", kinds: { category: { encode: "rarity", scale: "standard", clip: 10 } } }],
  ["hashed", { preset: "forNetworks", kinds: { category: { encode: "hash", buckets: 2, rare: 1 } } }],
  [
    "robust, of every part",
    {
      preset: "forNetworks",
      kinds: {
        number: { scale: "robust", missing: "mode" },
        category: { encode: "ordinal" },
        date: { parts: DATE_PARTS, scale: "min-max", missing: 3 },
      },
    },
  ],
];

describe.each(SETTINGS)("%s", (_, settings) => {
  const fitted = fitFeatures(training, settings, target);

  test("the graph gives what is applied, on odd values, bit by bit", async () => {
    const session = await featureSession(fitted);
    const row = fc.tuple(oddNumbers, oddTexts, oddDates);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const frame: Frame = {
          rows: rows.length,
          columns: [
            number(
              "n",
              rows.map(([n]) => n),
            ),
            category(
              "c",
              rows.map(([, c]) => c),
            ),
            date(
              "d",
              rows.map(([, , d]) => d),
            ),
          ],
        };
        expect(await session.run(frame)).toEqual(fitted.apply(frame));
      }),
      { numRuns: 50 },
    );
    session.release();
  });

  test("the interpreter gives it too, within rounding", () => {
    const shape = [training.rows, fitted.features.length];
    const applied = tensor("float32", shape, fitted.apply(training));
    const closeness = allclose(interpretFeatures(fitted, training), applied, { relative: 1e-6, absolute: 1e-6 });
    expect(closeness.isClose, closeness.message).toBe(true);
  });
});
