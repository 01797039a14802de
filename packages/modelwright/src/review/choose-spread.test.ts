import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseSpread } from "./choose-spread.ts";
import { itemVectors } from "./item-vectors.ts";

const farthest = (_: number, likest: number) => -likest;

test("of near copies one comes before a second of any", () => {
  const texts = ["refund my money now", "parcel is late again", "password does not work"].flatMap((text) =>
    Array.from({ length: 20 }, (_, n) => `${text} please, number ${n}`),
  );
  const first = chooseSpread(itemVectors(texts), { count: 3, worth: farthest });
  expect(new Set(first.map((place) => Math.floor(place / 20))).size).toBe(3);
  const chinese = ["房间很干净服务也好", "房间很干净服务很好", "早餐太差不会再来"];
  expect(chooseSpread(itemVectors(chinese), { count: 2, worth: farthest })).toEqual([0, 2]);
});

test("what is there already counts as chosen, and is not chosen", () => {
  const vectors = itemVectors(["refund money", "parcel late", "refund money please"]);
  expect(chooseSpread(vectors, { count: 5, besides: [2], worth: farthest })).toEqual([1, 0]);
});

test("farthest first is at most twice as far as the best choice could be", () => {
  const words = ["a", "b", "c", "d", "e"];
  const texts = fc.array(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }), {
    minLength: 4,
    maxLength: 7,
  });
  fc.assert(
    fc.property(texts, (drawn) => {
      const all = itemVectors(drawn.map((text) => text.join(" ")));
      const angle = (a: number, b: number) => {
        const [one, other] = [all.vectors[a]!, all.vectors[b]!];
        let product = 0;
        for (const [k, index] of one.indices.entries()) {
          const at = other.indices.indexOf(index);
          if (at >= 0) product += one.values[k]! * other.values[at]!;
        }
        return Math.acos(Math.min(1, product));
      };
      const places = drawn.map((_, place) => place);
      const radius = (centres: readonly number[]) =>
        Math.max(...places.map((place) => Math.min(...centres.map((centre) => angle(place, centre)))));
      const pairs = places.flatMap((a) => places.filter((b) => b > a).map((b) => [a, b]));
      const best = Math.min(...pairs.map(radius));
      const chosen = chooseSpread(all, { count: 2, worth: farthest });
      // Of equal rounding: acos is steep near 1.
      expect(radius(chosen)).toBeLessThanOrEqual(2 * best + 1e-3);
    }),
  );
});

test("rows are alike by their columns: numbers by how many lie between them, categories or not", () => {
  const rows = [
    { age: 20, plan: "basic" },
    { age: 21, plan: "basic" },
    { age: 80, plan: "basic" },
    { age: 81, plan: "premium" },
  ];
  const { vectors } = itemVectors(rows);
  for (const { values } of vectors) {
    expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 6);
  }
  expect(chooseSpread(itemVectors(rows), { count: 4, worth: farthest })).toEqual([0, 3, 2, 1]);
});
