import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../splits/seeded-random.ts";
import { estimatedJaccard, minHashSignature } from "./min-hash.ts";
import { findNearDuplicates } from "./near-duplicates.ts";
import { jaccard, shingles } from "./shingles.ts";

/** Jaccard similarity from the definition, over the shingles as strings. */
function exactJaccard(a: string, b: string): number {
  const set = (text: string) =>
    new Set(Array.from({ length: Math.max(1, text.length - 4) }, (_, i) => text.slice(i, i + 5)));
  const [x, y] = [set(a), set(b)];
  const both = [...x].filter((shingle) => y.has(shingle)).length;
  return both / (x.size + y.size - both);
}

const text = fc.string({ unit: fc.constantFrom(..."abc "), maxLength: 60 });

describe("shingles", () => {
  test("give the Jaccard similarity of the definition", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(jaccard(shingles(a), shingles(b))).toBeCloseTo(exactJaccard(a, b), 12);
      }),
    );
  });
});

describe("minHashSignature", () => {
  test("estimates the similarity without bias", () => {
    // Sets of 300 that share 200: similarity 200 / 400. 100 estimates of standard deviation 0.05 have a mean within 0.02.
    let sum = 0;
    for (let trial = 0; trial < 100; trial++) {
      const random = seededRandom(trial);
      const numbers = Array.from({ length: 400 }, () => random.below(2 ** 32));
      const a = Uint32Array.from(numbers.slice(0, 300)).sort();
      const b = Uint32Array.from(numbers.slice(100)).sort();
      sum += estimatedJaccard(minHashSignature(a), minHashSignature(b));
    }
    expect(sum / 100).toBeGreaterThan(0.48);
    expect(sum / 100).toBeLessThan(0.52);
  });
});

/** Texts of pseudo-random words, some of them changed a little into near duplicates. */
function corpus(size: number): string[] {
  const word = (n: number) => (Math.imul(n, 0x9e3779b1) >>> 0).toString(36).slice(0, 6);
  return Array.from({ length: size }, (_, i) => {
    const base = i % 7 === 6 ? i - 3 : i;
    const words = Array.from({ length: 20 }, (_, w) => word(base * 31 + w * 7 + 1));
    if (base !== i) words[i % 20] = "changed";
    return words.join(" ");
  });
}

const alone = (one: string): [string] => [one];

describe("findNearDuplicates", () => {
  test("copies by each text of a row, and groups by the first ones", () => {
    const [long, other] = [corpus(1)[0]!.repeat(3), "something else altogether"];
    const rows: [string, string][] = [
      ["where is it", long],
      ["who brings that", long],
      [long, other],
      [`${long}!`, long],
      [`${long}?`, `${long}!`],
    ];
    expect([...findNearDuplicates(rows).copyOf]).toEqual([-1, -1, -1, -1, 3]);
    expect([...findNearDuplicates(rows).groupOf]).toEqual([0, 1, 2, 2, 2]);
  });

  test("finds the pairs that an exhaustive comparison finds", () => {
    const texts = corpus(120);
    const { groupOf, copyOf } = findNearDuplicates(texts.map(alone));
    let pairs = 0;
    const wrong: [number, number][] = [];
    for (let i = 0; i < texts.length; i++) {
      for (let j = 0; j < i; j++) {
        const isNear = exactJaccard(texts[i]!, texts[j]!) >= 0.8;
        if (isNear) pairs++;
        if ((groupOf[i] === groupOf[j]) !== isNear) wrong.push([i, j]);
      }
    }
    expect(wrong).toEqual([]);
    expect(copyOf.every((original) => original === -1)).toBe(true);
    expect(pairs).toBeGreaterThan(12);
  });

  test("calls a text a copy from 0.95 on, and only where it may be one", () => {
    const original = corpus(1)[0]!.repeat(3);
    const texts = ["something else altogether", original, `${original}!`];
    expect([...findNearDuplicates(texts.map(alone)).copyOf]).toEqual([-1, -1, 1]);
    const grouped = findNearDuplicates(texts.map(alone), { mayCopy: () => false });
    expect([...grouped.copyOf]).toEqual([-1, -1, -1]);
    expect([...grouped.groupOf]).toEqual([0, 1, 1]);
  });

  test("joins texts that are linked by a third", () => {
    const words = corpus(1)[0]!.split(" ");
    const variant = (...changed: number[]) =>
      words.map((w, i) => (changed.includes(i) ? "x".repeat(w.length) : w)).join(" ");
    const texts = [variant(1), variant(), variant(18)];
    expect(exactJaccard(texts[0]!, texts[2]!)).toBeLessThan(0.8);
    expect(exactJaccard(texts[0]!, texts[1]!)).toBeGreaterThan(0.8);
    expect([...findNearDuplicates(texts.map(alone)).groupOf]).toEqual([0, 0, 0]);
  });

  test("copes with thousands of texts cut from one template", () => {
    const texts = Array.from(
      { length: 3000 },
      (_, i) =>
        `Your one-time code is ${i * 7919}, do not share it with anybody. We never ask for it by telephone, mail or message.`,
    );
    const { groupOf } = findNearDuplicates(texts.map(alone));
    expect(new Set(groupOf).size).toBe(1);
  });

  test("takes no text, empty texts and one character", () => {
    expect(findNearDuplicates([]).groupOf).toHaveLength(0);
    expect([...findNearDuplicates(["", "a", "b", "好", "a"].map(alone)).copyOf]).toEqual([-1, -1, -1, -1, 1]);
  });
});
