import { expect, test } from "vitest";
import type { DocumentScore } from "../metrics/measure-language-model.ts";
import { bootstrapLanguageModel, compareLanguageModels } from "./bootstrap-language-model.ts";

/** Documents of 100 pieces, each with a mean loss of its own between 2 and 4. */
const documents = (count: number, shift = 0): DocumentScore[] =>
  Array.from({ length: count }, (_, i) => ({ pieces: 100, loss: 100 * (3 + Math.sin(i * i) + shift), right: 10 }));

const OPTIONS = { resamples: 2000, seed: 3 };

test("the interval of the loss is as wide as the spread of the documents says", () => {
  const scores = documents(200);
  const { loss, perplexity, pieceAccuracy, ...others } = bootstrapLanguageModel(scores, OPTIONS);
  const means = scores.map(({ loss: sum }) => sum / 100);
  const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
  const deviation = Math.sqrt(means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / means.length / means.length);
  expect(loss!.value).toBeCloseTo(mean, 10);
  // The normal approximation: 1.96 standard errors either way; 2,000 resamples know it to a few percent.
  expect((loss!.high! - loss!.low!) / (2 * 1.96 * deviation)).toBeGreaterThan(0.9);
  expect((loss!.high! - loss!.low!) / (2 * 1.96 * deviation)).toBeLessThan(1.1);
  expect(perplexity!.low).toBeCloseTo(Math.exp(loss!.low!), 8);
  expect(pieceAccuracy).toEqual({ value: 0.1, low: 0.1, high: 0.1 });
  expect(others).toEqual({});
});

test("a single document has no interval", () => {
  expect(bootstrapLanguageModel(documents(1), OPTIONS).pieceAccuracy).toEqual({ value: 0.1 });
});

test("what is hard for both cancels out: a small difference on every document is decided", () => {
  const comparisons = compareLanguageModels(documents(30), documents(30, 0.01), OPTIONS);
  const loss = comparisons.find(({ metric }) => metric === "loss")!;
  expect(loss.difference.value).toBeCloseTo(-0.01, 10);
  expect(loss.difference.high).toBeLessThan(-0.009);
  expect(loss.better).toBe("a");
  expect(comparisons.find(({ metric }) => metric === "pieceAccuracy")!.better).toBe("undecided");
  expect(() => compareLanguageModels(documents(2), documents(3), OPTIONS)).toThrow(
    expect.objectContaining({ code: "EVALUATION_ROWS_DIFFER" }),
  );
});
