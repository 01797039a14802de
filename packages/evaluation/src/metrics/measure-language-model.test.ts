import { expect, test } from "vitest";
import { type DocumentScore, measureLanguageModel } from "./measure-language-model.ts";

const LN2 = Math.log(2);

test("every piece counts the same, however the documents are cut", () => {
  const short: DocumentScore = { pieces: 1, loss: 5 * LN2, right: 0, characters: 2 };
  const long: DocumentScore = { pieces: 3, loss: 3 * LN2, right: 2, characters: 6 };
  const measures = measureLanguageModel([short, long]);
  // 8 bits over 4 pieces and 8 characters.
  expect(measures.loss).toBeCloseTo(2 * LN2, 12);
  expect(measures.perplexity).toBeCloseTo(4, 12);
  expect(measures.bitsPerCharacter).toBeCloseTo(1, 12);
  expect(measures.pieceAccuracy).toBe(0.5);
  expect(measures.nextSentenceAccuracy).toBeNaN();
  const whole = { pieces: 4, loss: 8 * LN2, right: 2, characters: 8 };
  expect(measureLanguageModel([whole])).toEqual(measures);
  expect(measureLanguageModel([short, long], [2, 0])).toEqual(measureLanguageModel([short]));
});

test("pairs of texts are counted where there are any, characters only where all are foretold", () => {
  const documents: DocumentScore[] = [
    { pieces: 2, loss: 1, right: 1, pairs: { count: 3, right: 1 } },
    { pieces: 2, loss: 1, right: 0, pairs: { count: 1, right: 1 } },
  ];
  const measures = measureLanguageModel(documents);
  expect(measures.nextSentenceAccuracy).toBe(0.5);
  expect(measures.bitsPerCharacter).toBeNaN();
});

test("nothing to measure is an error", () => {
  expect(() => measureLanguageModel([])).toThrow(expect.objectContaining({ code: "EVALUATION_EMPTY" }));
});
