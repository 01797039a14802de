import { measureClassification, predictedClasses } from "@modelwright/evaluation";
import { describe, expect, test } from "vitest";
import { bankingSlice, hasBanking77 } from "../testing/banking77.ts";
import { majorityBaseline } from "./majority.ts";
import { tfidfBaseline } from "./tfidf.ts";

describe("majorityBaseline", () => {
  test("gives every row the shares of the training labels", () => {
    const outcome = majorityBaseline(["a", "b", "c"], Int32Array.of(1, 1, 0, 1), Int32Array.of(0, 1, 2));
    expect([...outcome.probabilities]).toEqual([0.25, 0.75, 0, 0.25, 0.75, 0, 0.25, 0.75, 0]);
    expect([...predictedClasses(outcome)]).toEqual([1, 1, 1]);
    expect(measureClassification(outcome).accuracy).toBeCloseTo(1 / 3, 12);
  });
});

describe("tfidfBaseline", () => {
  const labels = ["fruit", "metal", "river"];
  const words = [
    ["apple", "pear", "cherry"],
    ["iron", "copper", "zinc"],
    ["rhine", "nile", "danube"],
  ];
  /** Texts of one word that tells the label among words that do not. */
  const texts = (fillers: readonly string[]) => ({
    texts: words.flatMap((own) => own.flatMap((word) => fillers.map((filler) => `${filler} the ${word} today`))),
    classes: Int32Array.from(words.flatMap((own, label) => own.flatMap(() => fillers.map(() => label)))),
  });
  const easy = {
    labels,
    train: texts(["we saw", "they sold", "nobody wants", "she likes"]),
    validation: texts(["he found"]),
    test: texts(["you dropped", "we forgot"]),
    seed: 7,
  };

  test("tells texts apart that one word tells apart, also behind words it has never seen", async () => {
    const outcome = await tfidfBaseline(easy);
    expect(measureClassification(outcome).accuracy).toBe(1);
    expect(outcome.actual).toEqual(easy.test.classes);
  });

  test("repeats to the bit", async () => {
    const [one, two] = [await tfidfBaseline(easy), await tfidfBaseline(easy)];
    expect(one.probabilities).toEqual(two.probabilities);
  });

  test("tells its progress up to the end of training", async () => {
    const shares: number[] = [];
    await tfidfBaseline({ ...easy, onProgress: (share) => shares.push(share) });
    expect(shares.length).toBeGreaterThan(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
  });

  test.skipIf(!hasBanking77)("beats the majority by far on a slice of BANKING77", async () => {
    const data = await bankingSlice({ labels: 6, train: 25, validation: 5, test: 15 });
    const classes = (rows: typeof data.train) => Int32Array.from(rows, ({ label }) => data.labels.indexOf(label));
    const split = (rows: typeof data.train) => ({ texts: rows.map(({ text }) => text), classes: classes(rows) });
    const outcome = await tfidfBaseline({
      labels: data.labels,
      train: split(data.train),
      validation: split(data.validation),
      test: split(data.test),
      seed: 7,
    });
    const majority = majorityBaseline(data.labels, classes(data.train), classes(data.test));
    expect(measureClassification(majority).accuracy).toBeCloseTo(1 / 6, 12);
    expect(measureClassification(outcome).accuracy).toBeGreaterThan(0.6);
  });
});
