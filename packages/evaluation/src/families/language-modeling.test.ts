import { expect, test } from "vitest";
import { compareOutcomes } from "../intervals/compare-outcomes.ts";
import { intervals } from "../intervals/intervals.ts";
import type { DocumentScore } from "../metrics/document-score.ts";
import { causalLanguageModelingFamily as family } from "./language-modeling.ts";
import { measureOutcome } from "./measure-outcome.ts";

/** Documents of 100 tokens, each with a mean loss of its own between 2 and 4. */
const documents = (count: number, shift = 0): DocumentScore[] =>
  Array.from({ length: count }, (_, i) => ({ tokens: 100, loss: 100 * (3 + Math.sin(i * i) + shift), right: 10 }));

const OPTIONS = { resamples: 2000, seed: 3 };

test("the interval of the loss is as wide as the spread of the documents says", () => {
  const scores = documents(200);
  const { loss, perplexity, pieceAccuracy, ...others } = intervals(family, scores, OPTIONS);
  const means = scores.map(({ loss: sum }) => sum / 100);
  const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
  const deviation = Math.sqrt(means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / means.length / means.length);
  expect(loss!.value).toBeCloseTo(mean, 10);
  // The normal approximation: 1.96 standard errors either way; 2,000 resamples know it to a few percent.
  expect((loss!.high! - loss!.low!) / (2 * 1.96 * deviation)).toBeGreaterThan(0.9);
  expect((loss!.high! - loss!.low!) / (2 * 1.96 * deviation)).toBeLessThan(1.1);
  // On either scale it is the same interval, but for the acceleration, which is estimated.
  expect(perplexity!.low! / Math.exp(loss!.low!)).toBeCloseTo(1, 2);
  expect(pieceAccuracy).toEqual({ value: 0.1, low: 0.1, high: 0.1 });
  expect(others).toEqual({});
});

test("a single document has no interval", () => {
  expect(intervals(family, documents(1), OPTIONS).pieceAccuracy).toEqual({ value: 0.1 });
});

test("what is hard for both cancels out: a small difference on every document is decided", () => {
  const comparisons = compareOutcomes(family, documents(30), documents(30, 0.01), OPTIONS);
  const loss = comparisons.find(({ metric }) => metric === "loss")!;
  expect(loss.difference.value).toBeCloseTo(-0.01, 10);
  expect(loss.difference.high).toBeLessThan(-0.009);
  expect(loss.better).toBe("a");
  expect(comparisons.find(({ metric }) => metric === "pieceAccuracy")!.better).toBe("undecided");
  expect(() => compareOutcomes(family, documents(2), documents(3), OPTIONS)).toThrow(
    expect.objectContaining({ code: "EVALUATION_ROWS_DIFFER" }),
  );
});

const LN2 = Math.log(2);

test("every token counts the same, however the documents are cut", () => {
  const short: DocumentScore = { tokens: 1, loss: 5 * LN2, right: 0, characters: 2 };
  const long: DocumentScore = { tokens: 3, loss: 3 * LN2, right: 2, characters: 6 };
  const measures = measureOutcome(family, [short, long]);
  // 8 bits over 4 tokens and 8 characters.
  expect(measures.loss).toBeCloseTo(2 * LN2, 12);
  expect(measures.perplexity).toBeCloseTo(4, 12);
  expect(measures.bitsPerCharacter).toBeCloseTo(1, 12);
  expect(measures.pieceAccuracy).toBe(0.5);
  expect(measures).not.toHaveProperty("nextSentenceAccuracy");
  const whole = { tokens: 4, loss: 8 * LN2, right: 2, characters: 8 };
  expect(measureOutcome(family, [whole])).toEqual(measures);
  expect(measureOutcome(family, [short, long], Float64Array.of(2, 0))).toEqual(measureOutcome(family, [short]));
});

test("pairs of texts are counted where there are any, characters only where all are predicted", () => {
  const documents: DocumentScore[] = [
    { tokens: 2, loss: 1, right: 1, pairs: { count: 3, right: 1 } },
    { tokens: 2, loss: 1, right: 0, pairs: { count: 1, right: 1 } },
  ];
  const measures = measureOutcome(family, documents);
  expect(measures.nextSentenceAccuracy).toBe(0.5);
  expect(measures).not.toHaveProperty("bitsPerCharacter");
});

test("a document that was cut leaves the bits per character of the others", () => {
  const whole: DocumentScore = { tokens: 2, loss: 4 * LN2, right: 1, characters: 4 };
  const cut: DocumentScore = { tokens: 5, loss: 50 * LN2, right: 0 };
  expect(measureOutcome(family, [whole, cut]).bitsPerCharacter).toBeCloseTo(1, 12);
  expect(measureOutcome(family, [cut])).not.toHaveProperty("bitsPerCharacter");
  const pairs: DocumentScore = { tokens: 1, loss: 1, right: 1, pairs: { count: 4, right: 3 } };
  expect(measureOutcome(family, [pairs, cut]).nextSentenceAccuracy).toBe(0.75);
});

test("two models are compared by the bits per character of the documents that both read whole", () => {
  const score = (loss: number, characters?: number): DocumentScore => ({
    tokens: 1,
    loss: loss * LN2,
    right: 0,
    ...(characters === undefined ? {} : { characters }),
  });
  const differenceOf = (a: DocumentScore[], b: DocumentScore[]) =>
    compareOutcomes(family, a, b, OPTIONS).find(({ metric }) => metric === "bitsPerCharacter")?.difference.value;
  expect(differenceOf([score(4, 2), score(90, 2)], [score(2, 2), score(1)])).toBeCloseTo(1, 12);
  expect(differenceOf([score(4, 2), score(1)], [score(2), score(1, 2)])).toBeUndefined();
});

test("nothing to measure is an error", () => {
  expect(() => measureOutcome(family, [])).toThrow(expect.objectContaining({ code: "EVALUATION_EMPTY" }));
});
