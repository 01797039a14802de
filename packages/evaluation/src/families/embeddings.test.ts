import { readFileSync } from "node:fs";
import type { EmbeddingMetric } from "@modelwright/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareOutcomes } from "../intervals/compare-outcomes.ts";
import { intervals } from "../intervals/intervals.ts";
import type { EmbeddingOutcome } from "../metrics/embedding-outcome.ts";
import { rankDocuments } from "../metrics/rank-documents.ts";
import { embeddingFamily, similarityFamily } from "./embeddings.ts";
import { measureOutcome } from "./measure-outcome.ts";

interface Measured {
  readonly expected: Partial<Record<EmbeddingMetric, number>>;
  readonly weights: readonly number[];
  readonly resampled: Partial<Record<EmbeddingMetric, number>>;
}
interface Searched extends Measured {
  readonly documents: number;
  readonly relevant: readonly (readonly number[])[];
  readonly scores: readonly (readonly number[])[];
}
interface Paired extends Measured {
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
}

/** Made by `fixtures/make-embedding-fixtures.py` with trec_eval and SciPy. */
const fixture = JSON.parse(readFileSync(new URL("../../fixtures/embeddings.json", import.meta.url), "utf8")) as {
  searches: Record<string, Searched>;
  pairs: Record<string, Paired>;
};

function searched({ documents, relevant, scores }: Omit<Searched, keyof Measured>): EmbeddingOutcome {
  return rankDocuments({
    queries: scores.length,
    documents,
    score: (query, into) => into.set(scores[query]!),
    relevant: (query) => relevant[query]!,
  });
}

function paired({ actual, predicted }: Omit<Paired, keyof Measured>): EmbeddingOutcome {
  return { kind: "similarity", actual: Float64Array.from(actual), predicted: Float64Array.from(predicted) };
}

function expectMeasures(measured: Record<string, number>, expected: Measured["expected"]): void {
  expect(Object.keys(measured).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [name, value] of Object.entries(expected)) expect(measured[name], name).toBeCloseTo(value, 12);
}

describe.each([
  ...Object.entries(fixture.searches).map(([name, given]) => [`searches: ${name}`, searched(given), given] as const),
  ...Object.entries(fixture.pairs).map(([name, given]) => [`pairs: ${name}`, paired(given), given] as const),
])("%s", (_, outcome, { expected, weights, resampled }) => {
  const family = outcome.kind === "retrieval" ? embeddingFamily : similarityFamily;

  test("has the measures of trec_eval and SciPy, and no others", () => {
    expectMeasures(measureOutcome(family, outcome), expected);
  });

  test("measures a resample as its rows repeated", () => {
    expectMeasures(measureOutcome(family, outcome, Float64Array.from(weights)), resampled);
  });

  test("has intervals that hold the value, and does not differ from itself", () => {
    const measured = intervals(family, outcome, { resamples: 200, seed: 1 });
    const { value, low, high } = measured[family.deciding] as { value: number; low: number; high: number };
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
    const same = compareOutcomes(family, outcome, outcome, { resamples: 100, seed: 1 });
    expect(same.find(({ metric }) => metric === family.deciding)).toMatchObject({ difference: { value: 0 } });
  });
});

describe("ranks", () => {
  test("are those of sorting by falling score, at ties behind what does not belong to the query", () => {
    const score = fc.integer({ min: 0, max: 4 });
    const documents = fc.array(fc.tuple(score, fc.boolean()), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(documents, (all) => {
        const outcome = rankDocuments({
          queries: 1,
          documents: all.length,
          score: (_, into) => into.set(all.map(([value]) => value)),
          relevant: () => all.flatMap(([, wanted], document) => (wanted ? [document] : [])),
        });
        const order = [...all.keys()].sort(
          (a, b) => all[b]![0] - all[a]![0] || Number(all[a]![1]) - Number(all[b]![1]),
        );
        const ranks = order.flatMap((document, place) => (all[document]![1] ? [place + 1] : []));
        expect(outcome.queries.map((query) => [...query.ranks])).toEqual(ranks.length === 0 ? [] : [ranks]);
        for (const { nearest } of outcome.queries) {
          expect([all[nearest]![0], all[nearest]![1]]).toEqual([all[order[0]!]![0], all[order[0]!]![1]]);
        }
      }),
    );
  });

  test("pass over the query itself, and over queries to which nothing belongs", () => {
    const { queries } = rankDocuments({
      queries: 3,
      documents: 3,
      // Each text is nearest to itself.
      score: (query, into) => into.set([0, 1, 2].map((document) => -Math.abs(query - document))),
      relevant: (query) => [[1], [0], []][query]!,
      self: (query) => query,
    });
    expect(queries.map(({ query, ranks, nearest }) => [query, ...ranks, nearest])).toEqual([
      [0, 1, 1],
      // Texts 0 and 2 are as near as each other.
      [1, 2, 2],
    ]);
  });
});

test("outcomes over other rows are told apart", () => {
  const search = (relevant: readonly number[], documents = 3) =>
    searched({ documents, relevant: [relevant], scores: [new Array(documents).fill(0)] });
  const pair = (...actual: number[]) => paired({ actual, predicted: actual });
  const { mismatch } = embeddingFamily;
  expect(mismatch(search([1]), search([2]))).toBeUndefined();
  expect(mismatch(search([1]), search([1, 2]))).toEqual({ what: "the texts to be found differ", row: 0 });
  expect(mismatch(search([1]), search([1], 4))).toEqual({ what: "3 texts to search against 4" });
  expect(mismatch(pair(1, 2), pair(1, 3))).toEqual({ what: "the actual similarities differ", row: 1 });
  expect(mismatch(pair(1), pair(1, 2))).toEqual({ what: "1 rows against 2" });
  expect(mismatch(pair(1), search([1]))).toEqual({ what: "searches against pairs" });
});

test("without a search there is nothing to measure", () => {
  const none: EmbeddingOutcome = { kind: "retrieval", documents: 3, queries: [] };
  expect(() => embeddingFamily.prepare(none)).toThrow(expect.objectContaining({ code: "EVALUATION_EMPTY" }));
});
