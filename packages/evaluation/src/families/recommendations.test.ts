import { readFileSync } from "node:fs";
import type { RecommendationMetric } from "@modelwright/contracts";
import { describe, expect, test } from "vitest";
import { compareOutcomes } from "../intervals/compare-outcomes.ts";
import type { RecommendationOutcome } from "../metrics/recommendation-outcome.ts";
import { measureOutcome } from "./measure-outcome.ts";
import { recommendationFamily } from "./recommendations.ts";

interface Measured {
  readonly items: number;
  readonly relevant: readonly (readonly number[])[];
  readonly first: readonly (readonly number[])[];
  readonly known: readonly boolean[];
  readonly ratings: readonly { readonly actual: readonly number[]; readonly predicted: readonly number[] }[];
  readonly expected: Partial<Record<RecommendationMetric, number>>;
  readonly weights: readonly number[];
  readonly resampled: Partial<Record<RecommendationMetric, number>>;
}

/** Made by `fixtures/make-recommendation-fixtures.py` with trec_eval and scikit-learn. */
const fixture = JSON.parse(
  readFileSync(new URL("../../fixtures/recommendations.json", import.meta.url), "utf8"),
) as Record<string, Measured>;

function outcomeOf({ items, relevant, first, known, ratings }: Measured): RecommendationOutcome {
  return {
    items,
    users: first.map((list, user) => ({
      user: `u${user}`,
      known: known[user]!,
      relevant: relevant[user]!.length,
      places: Int32Array.from(list.flatMap((item, i) => (relevant[user]!.includes(item) ? [i + 1] : []))),
      first: list.map(String),
      ...(ratings[user] === undefined
        ? {}
        : {
            ratings: {
              actual: Float64Array.from(ratings[user].actual),
              predicted: Float64Array.from(ratings[user].predicted),
            },
          }),
    })),
  };
}

function expectMeasures(measured: Record<string, number>, expected: Measured["expected"]): void {
  expect(Object.keys(measured).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [name, value] of Object.entries(expected)) expect(measured[name], name).toBeCloseTo(value, 12);
}

describe.each(Object.entries(fixture))("%s", (_, given) => {
  const outcome = outcomeOf(given);

  test("has the measures of trec_eval and scikit-learn, and no others", () => {
    expectMeasures(measureOutcome(recommendationFamily, outcome), given.expected);
  });

  test("has those of its users as often as weights say", () => {
    const weights = Float64Array.from(given.weights);
    expectMeasures(measureOutcome(recommendationFamily, outcome, weights), given.resampled);
  });

  test("is compared by users, and joined with others", () => {
    const worse = { ...outcome, users: outcome.users.map((user) => ({ ...user, places: new Int32Array() })) };
    const [ndcg] = compareOutcomes(recommendationFamily, outcome, worse, { resamples: 200, seed: 7 });
    expect(ndcg).toMatchObject({ metric: "ndcg10" });
    expect(ndcg!.difference.value).toBeGreaterThan(0);
    const joined = recommendationFamily.join([outcome, outcome]);
    expectMeasures(measureOutcome(recommendationFamily, joined), given.expected);
  });
});

test("users without anything relevant count for ratings alone", () => {
  const none = { known: true, places: new Int32Array(), first: ["a"] };
  const ratings = { actual: Float64Array.of(4), predicted: Float64Array.of(3) };
  const outcome = {
    items: 2,
    users: [
      { ...none, user: "a", relevant: 0, ratings },
      { ...none, user: "b", relevant: 1 },
    ],
  };
  expect(measureOutcome(recommendationFamily, outcome)).toEqual({
    ndcg10: 0,
    knownNdcg10: 0,
    recall10: 0,
    hitRate10: 0,
    mrr10: 0,
    coverage10: 0.5,
    rmse: 1,
    mae: 1,
  });
  const empty = { items: 2, users: [{ ...none, user: "b", relevant: 0 }] };
  expect(() => recommendationFamily.prepare(empty)).toThrow("no user of the test events chose something relevant");
});

test("outcomes over other users are told apart", () => {
  const of = (user: string) => ({
    items: 1,
    users: [{ user, known: true, relevant: 1, places: Int32Array.of(1), first: ["a"] }],
  });
  expect(recommendationFamily.mismatch(of("a"), of("a"))).toBeUndefined();
  expect(recommendationFamily.mismatch(of("a"), of("b"))).toEqual({ what: "the users differ", row: 0 });
  expect(recommendationFamily.mismatch(of("a"), { items: 1, users: [] })).toEqual({ what: "1 users against 0" });
});
