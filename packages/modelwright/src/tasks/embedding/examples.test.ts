import { expect, test } from "vitest";
import type { ExampleRow } from "./example-rows.ts";
import { examplesOf, rangeOf } from "./examples.ts";

const MANY = 130_000;
const row = (more: Partial<ExampleRow>, i: number) => ({ id: String(i), text: `text ${i}`, ...more }) as ExampleRow;

test("similarities of any number of rows have a range", () => {
  const rows = Array.from({ length: MANY }, (_, i) => row({ second: "b", similarity: i / MANY }, i));
  expect(rangeOf({ examples: "scores", rows })).toEqual({ least: 0, greatest: (MANY - 1) / MANY });
});

const reading = { maxLength: 8, truncation: "end", frame: { before: 0, after: 0 } } as const;
const options = { reading, encode: () => Int32Array.of(1), seed: 3 };

test("labelled texts are paired with one of their own label and one of another", () => {
  const labels = ["a", "b", "a", "c", "b", "a", "c", "a"];
  const rows = labels.map((label, i) => row({ label }, i));
  const { rows: count, example } = examplesOf({ examples: "labels", rows }, { ...options, loss: "cosine" });
  expect(count).toBe(16);
  const strangers = new Set<number>();
  for (let epoch = 0; epoch < 50; epoch++) {
    for (let i = 0; i < count; i += 2) {
      const [own, other] = [example(i, epoch), example(i + 1, epoch)];
      expect(labels[own.positive]).toBe(labels[own.anchor]);
      expect(own.positive).not.toBe(own.anchor);
      expect(labels[other.positive]).not.toBe(labels[other.anchor]);
      if (other.anchor === 1) strangers.add(other.positive);
    }
  }
  expect([...strangers].sort()).toEqual([0, 2, 3, 5, 6, 7]);
});

test("many labelled texts are paired in a moment", () => {
  const rows = Array.from({ length: MANY }, (_, i) => row({ label: String(i >> 1) }, i));
  const begun = performance.now();
  const { example } = examplesOf({ examples: "labels", rows }, { ...options, loss: "cosine" });
  expect(example(0, 0)).toMatchObject({ anchor: 0, positive: 1 });
  expect(performance.now() - begun).toBeLessThan(10_000);
});
