import { fitTfidf } from "@modelwright/data";
import { labelObjective, numberObjective } from "@modelwright/models";
import { expect, test } from "vitest";
import { numberTargets } from "../batch-sources/targets.ts";
import { tfidfModel } from "./tfidf.ts";

const WORDS = ["iron", "zinc", "pear", "plum", "nile"];
/** Every pair of words, in both orders. */
const TEXTS = WORDS.flatMap((a) => WORDS.map((b) => `${a} ${b}`));
const VALUES = TEXTS.map(
  (text) => WORDS.reduce((sum, word, i) => sum + (i - 2) * (text.split(word).length - 1), 0) / 4,
);
const L2 = 0.02;

/** Solves (XᵀX / n + λ/2·I) w = Xᵀy / n with an unpenalised intercept by Gaussian elimination: ridge regression in closed form. */
function ridge(rows: readonly (readonly number[])[], values: readonly number[], lambda: number): number[] {
  const design = rows.map((row) => [...row, 1]);
  const size = design[0]!.length;
  const system = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (_, j) => {
      const product = design.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / design.length;
      return product + (i === j && i < size - 1 ? lambda / 2 : 0);
    }),
    design.reduce((sum, row, n) => sum + row[i]! * values[n]!, 0) / design.length,
  ]);
  for (let i = 0; i < size; i++) {
    const pivot = system
      .slice(i)
      .reduce((best, row, k) => (Math.abs(row[i]!) > Math.abs(system[best]![i]!) ? i + k : best), i);
    [system[i], system[pivot]] = [system[pivot]!, system[i]!];
    for (let j = 0; j < size; j++) {
      if (j === i) continue;
      const factor = system[j]![i]! / system[i]![i]!;
      for (let k = i; k <= size; k++) system[j]![k]! -= factor * system[i]![k]!;
    }
  }
  return system.map((row, i) => row[size]! / row[i]!);
}

test("with numbers and L2 it is ridge regression in closed form", async () => {
  const vectorizer = fitTfidf(TEXTS);
  const dense = (text: string) => {
    const row = new Array<number>(vectorizer.vocabularySize).fill(0);
    const { indices, values } = vectorizer.transform(text);
    indices.forEach((index, k) => {
      row[index] = values[k]!;
    });
    return row;
  };
  let evaluations = 0;
  const solution = ridge(TEXTS.map(dense), VALUES, L2);
  const split = { texts: TEXTS, targets: numberTargets(VALUES) };
  const test = ["iron pear", "nile nile", "plum zinc"];
  const predicted = await tfidfModel({
    objective: numberObjective(),
    train: split,
    validation: split,
    test,
    l2: L2,
    epochs: 600,
    // What is solved in closed form is the end of training, not its best validation.
    evaluation: { measure: () => ({ loss: -evaluations++, measures: {} }) },
    seed: 7,
  });
  expect(predicted.shape).toEqual([3, 1]);
  for (const [i, text] of test.entries()) {
    const expected = [...dense(text), 1].reduce((sum, value, k) => sum + value * solution[k]!, 0);
    expect(predicted.data[i], text).toBeCloseTo(expected, 2);
  }
});

test("with labels it tells for each whether a text has it", async () => {
  const has = (text: string) => WORDS.map((word) => Number(text.includes(word)));
  const split = { texts: TEXTS, targets: numberTargets(TEXTS.flatMap(has), WORDS.length) };
  const answers = await tfidfModel({
    objective: labelObjective({ labels: WORDS.length }),
    train: split,
    validation: split,
    test: TEXTS,
    epochs: 400,
    seed: 7,
  });
  expect(Array.from(answers.data, (logit) => Number(logit > 0))).toEqual(TEXTS.flatMap(has));
});
