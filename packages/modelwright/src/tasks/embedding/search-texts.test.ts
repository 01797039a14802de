import fc from "fast-check";
import { expect, test } from "vitest";
import { searchTexts } from "./search-texts.ts";

/** Gives texts that are lists of numbers these as vectors. */
const model = {
  embed: async (texts: readonly string[]) => texts.map((text) => Float32Array.from(text.split(","), Number)),
};

test("the nearest come first, whatever the lengths of their vectors", async () => {
  const texts = ["0,1", "3,3", "9,0", "-1,0"];
  const [found] = await searchTexts(model, { texts, queries: ["2,0"], top: 3 });
  expect(found!.map(({ index, text }) => [index, text])).toEqual([
    [2, "9,0"],
    [1, "3,3"],
    [0, "0,1"],
  ]);
  expect(found!.map(({ cosine }) => cosine)).toEqual([1, expect.closeTo(Math.SQRT1_2, 6), 0]);
});

test("cosines are those of the formula, fall, and keep the order of texts at ties", async () => {
  const number = fc.integer({ min: -3, max: 3 });
  const vector = fc.tuple(number, number, number).map((numbers) => numbers.join(","));
  await fc.assert(
    fc.asyncProperty(fc.array(vector, { minLength: 1, maxLength: 20 }), vector, async (texts, query) => {
      const [found] = await searchTexts(model, { texts, queries: [query], top: texts.length });
      const norm = (v: number[]) => Math.hypot(...v) || 1;
      const numbers = (text: string) => text.split(",").map(Number);
      const [q] = [numbers(query)];
      for (const { text, cosine } of found!) {
        const v = numbers(text);
        const dot = v.reduce((sum, value, i) => sum + value * q[i]!, 0);
        expect(cosine).toBeCloseTo(dot / norm(v) / norm(q), 5);
      }
      found!.slice(1).forEach(({ cosine, index }, i) => {
        expect(cosine).toBeLessThanOrEqual(found![i]!.cosine);
        if (cosine === found![i]!.cosine) expect(index).toBeGreaterThan(found![i]!.index);
      });
    }),
  );
});

test("each query is answered by itself, by five texts where nothing is said, and by fewer where there are fewer", async () => {
  const texts = Array.from({ length: 7 }, (_, i) => `${i},1`);
  const told: number[] = [];
  const onProgress = (done: number) => told.push(done);
  const found = await searchTexts(model, { texts, queries: ["0,1", "1,0"], onProgress });
  expect(found.map((each) => [each.length, each[0]!.index])).toEqual([
    [5, 0],
    [5, 6],
  ]);
  expect(told).toEqual([8]);
  expect(await searchTexts(model, { texts: ["1,0"], queries: ["1,0"] })).toEqual([
    [{ index: 0, text: "1,0", cosine: 1 }],
  ]);
  expect(await searchTexts(model, { texts: [], queries: ["1,0"] })).toEqual([[]]);
});
