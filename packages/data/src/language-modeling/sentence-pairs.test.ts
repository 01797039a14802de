import fc from "fast-check";
import { expect, test } from "vitest";
import { sentencePairs } from "./sentence-pairs.ts";

/** Ids that tell document and place: no two are alike. */
const documents = fc
  .array(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 })
  .map((lengths) =>
    lengths.map((sentences, document) => {
      let next = document * 1000;
      return sentences.map((length) => Int32Array.from({ length }, () => next++));
    }),
  );

test("keeps to the length, takes each text as it stands, and says which follow", () => {
  fc.assert(
    fc.property(documents, fc.integer({ min: 2, max: 40 }), fc.nat(), (given, length, seed) => {
      for (const { first, second, isNext, document } of sentencePairs({ documents: given, length, seed })) {
        expect(first.length + second.length).toBeLessThanOrEqual(length);
        for (const text of [first, second]) {
          expect(text.length).toBeGreaterThan(0);
          expect([...text]).toEqual(Array.from(text, (_, at) => text[0]! + at));
        }
        const [a, b] = [first, second].map((text) => Math.floor(text[0]! / 1000));
        expect(a).toBe(document);
        if (isNext) expect([a, second[0]! > first.at(-1)!]).toEqual([b, true]);
        else if (given.length > 1) expect(a).not.toBe(b);
      }
    }),
  );
});

test("about half of the second texts are from elsewhere; the same seed gives the same pairs", () => {
  const given = Array.from({ length: 40 }, (_, document) =>
    Array.from({ length: 40 }, (_, at) => Int32Array.of(document * 1000 + at, 1)),
  );
  const pairs = sentencePairs({ documents: given, length: 16, seed: 3 });
  const share = pairs.filter(({ isNext }) => isNext).length / pairs.length;
  expect(Math.abs(share - 0.5)).toBeLessThan(0.1);
  expect(sentencePairs({ documents: given, length: 16, seed: 3 })).toEqual(pairs);
  expect(sentencePairs({ documents: given, length: 16, seed: 4 })).not.toEqual(pairs);
});
