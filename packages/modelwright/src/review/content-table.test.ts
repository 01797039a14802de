import fc from "fast-check";
import { expect, test } from "vitest";
import { contentKey, drawnNumber } from "./content-key.ts";
import { ContentTable } from "./content-table.ts";
import { Sayings } from "./sayings.ts";
import { TopContents } from "./top-contents.ts";

test("the table remembers of each content what was said last, and what else before, as a map does", () => {
  const said = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** 53 - 1 }), fc.nat(3)), { maxLength: 60 });
  fc.assert(
    fc.property(said, fc.nat(40), (puts, few) => {
      const table = new ContentTable();
      const model = new Map<number, { last: number; other: number | undefined }>();
      // Few different keys, whose low bits collide.
      for (const [drawn, value] of puts) {
        const key = (drawn % (few + 1)) * 4096;
        const before = model.get(key);
        const other = before === undefined || before.last === value ? before?.other : before.last;
        model.set(key, { last: value, other });
        expect(table.put(key, value)).toEqual({ last: value, other });
      }
      expect(table.size).toBe(model.size);
      for (const [key, remembered] of model) expect(table.get(key)).toEqual(remembered);
      expect(table.get(4097)).toBeUndefined();
    }),
  );
});

test("it grows, and what comes when it is full is not remembered", () => {
  const table = new ContentTable(10_000);
  const keys = Array.from({ length: 10_001 }, (_, n) => contentKey(`text ${n}`));
  for (const key of keys) table.put(key, 1);
  expect(table.size).toBe(10_000);
  expect(keys.filter((key) => table.get(key)?.last === 1)).toHaveLength(10_000);
  expect(table.put(keys.at(-1)!, 2)).toEqual({ last: 2, other: undefined });
});

test("contents are the same whatever the order of keys, case and white space", () => {
  expect(contentKey({ a: 1, b: "Zürich  HB" })).toBe(contentKey({ b: "zürich hb", a: 1 }));
  expect(contentKey("退款")).toBe(contentKey("退款"));
  expect(contentKey("退款")).not.toBe(contentKey("退貨"));
  expect(contentKey({ a: 1 })).not.toBe(contentKey({ a: "1" }));
});

test("what a seed draws is spread evenly, and another seed draws anew", () => {
  const keys = Array.from({ length: 4000 }, (_, n) => contentKey(n));
  const [one, other] = [1, 2].map((seed) => keys.map((key) => drawnNumber(key, seed)));
  for (const drawn of [one!, other!]) {
    const tenths = Array.from({ length: 10 }, (_, k) => drawn.filter((x) => Math.floor(x * 10) === k).length);
    // 400 in each, ± 5 standard deviations of 19.
    for (const count of tenths) expect(Math.abs(count - 400)).toBeLessThan(95);
  }
  const mean = one!.reduce((sum, x, i) => sum + (x - 0.5) * (other![i]! - 0.5), 0) / keys.length;
  expect(Math.abs(mean)).toBeLessThan(0.01);
});

test("the highest contents stay whatever the order in which they come, each as it came last", () => {
  const offers = fc.array(fc.record({ key: fc.nat(12), rank: fc.nat(5) }), { maxLength: 80 });
  fc.assert(
    fc.property(offers, fc.integer({ min: 13, max: 20 }), (given, size) => {
      const top = new TopContents<{ readonly key: number; readonly rank: number }>(size);
      for (const each of given) top.offer(each, each.rank);
      const last = [...new Map(given.map((each) => [each.key, each])).values()];
      expect(top.ordered()).toEqual(last.sort((a, b) => b.rank - a.rank || a.key - b.key));
    }),
  );
  const each = Array.from({ length: 500 }, (_, key) => ({ key, rank: (key * 193) % 500 }));
  const few = new TopContents<(typeof each)[number]>(7);
  for (const entry of each) few.offer(entry, entry.rank);
  expect(few.ordered().map(({ rank }) => rank)).toEqual([499, 498, 497, 496, 495, 494, 493]);
});

test("the same is the same saying; where too many differ they are only told apart", () => {
  const sayings = new Sayings();
  expect(sayings.numberOf({ a: 1, b: 2 })).toBe(sayings.numberOf({ b: 2, a: 1 }));
  expect(sayings.said(sayings.numberOf("退款"))).toBe("退款");
  for (let n = 0; n < 50_100; n++) sayings.numberOf(n);
  const [one, other] = [sayings.numberOf("new"), sayings.numberOf("newer")];
  expect(one).toBe(sayings.numberOf("new"));
  expect(one).not.toBe(other);
  expect(Math.fround(one)).toBe(one);
  expect(sayings.said(one)).toBeUndefined();
});
