import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cohenKappa, type KappaWeights } from "./cohen-kappa.ts";
import { fleissKappa } from "./fleiss-kappa.ts";
import { type AgreementLevel, krippendorffAlpha } from "./krippendorff-alpha.ts";

interface Case {
  readonly name: string;
  readonly categories: number;
  readonly ratings: readonly (readonly number[])[];
  readonly cohen?: Readonly<Record<KappaWeights, number>>;
  readonly fleiss?: number;
  readonly krippendorff: Readonly<Record<AgreementLevel, number>>;
}

/** What scikit-learn, statsmodels and krippendorff say: fixtures/make-agreement-fixtures.py. */
const { cases } = JSON.parse(readFileSync(new URL("../../fixtures/agreement.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};

const countsOf = ({ categories, ratings }: Case) =>
  ratings[0]!.map((_, item) =>
    Array.from({ length: categories }, (_, category) => ratings.filter((given) => given[item] === category).length),
  );

test.each(cases.filter(({ cohen }) => cohen))("Cohen's kappa of $name is scikit-learn's", (each) => {
  for (const [weights, value] of Object.entries(each.cohen!)) {
    const ratings = { categories: each.categories, raters: each.ratings };
    expect(cohenKappa(ratings, weights as KappaWeights)).toBeCloseTo(value, 12);
  }
});

test.each(cases.filter(({ fleiss }) => fleiss))("Fleiss' kappa of $name is statsmodels'", (each) => {
  expect(fleissKappa(countsOf(each))).toBeCloseTo(each.fleiss!, 12);
});

test.each(cases)("Krippendorff's alpha of $name is krippendorff's", ({ categories, ratings, krippendorff }) => {
  for (const [level, value] of Object.entries(krippendorff)) {
    expect(krippendorffAlpha({ categories, raters: ratings }, level as AgreementLevel)).toBeCloseTo(value, 12);
  }
});

test("Fleiss' table of 14 raters, 10 items and 5 categories", () => {
  const table = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
  ];
  expect(fleissKappa(table)).toBeCloseTo(0.21, 3);
});

test("Krippendorff's table of 4 observers and 12 units, of which some are missing", () => {
  const observers = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
  ].map((line) => line.split(" ").map((value) => (value === "." ? -1 : Number(value) - 1)));
  const ratings = { categories: 5, raters: observers };
  expect(krippendorffAlpha(ratings, "nominal")).toBeCloseTo(0.743, 3);
  expect(krippendorffAlpha(ratings, "ordinal")).toBeCloseTo(0.815, 3);
  expect(krippendorffAlpha(ratings, "interval")).toBeCloseTo(0.849, 3);
});

test("says nothing where chance says the same, and refuses what is no rating", () => {
  const same = {
    categories: 2,
    raters: [
      [1, 1],
      [1, 1],
    ],
  };
  expect(cohenKappa(same)).toBeNaN();
  expect(krippendorffAlpha(same)).toBeNaN();
  expect(
    fleissKappa([
      [0, 2],
      [0, 2],
    ]),
  ).toBeNaN();
  expect(() => cohenKappa({ categories: 2, raters: [[1], [-1]] })).toThrow("ratings of rater 2[0]");
  expect(() => cohenKappa({ categories: 2, raters: [[1], [0], [0]] })).toThrow("2 raters");
  expect(() => krippendorffAlpha({ categories: 2, raters: [[1, 0], [0]] })).toThrow("ratings of rater 2");
  expect(() => krippendorffAlpha({ categories: 2, raters: [] })).toThrow("agreement of raters");
  expect(() =>
    fleissKappa([
      [1, 1],
      [1, 2],
    ]),
  ).toThrow("raters of item 2");
  expect(() => fleissKappa([[1, 0]])).toThrow("at least two raters");
});
