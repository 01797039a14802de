import fc from "fast-check";
import { expect, test } from "vitest";
import { truncate } from "./truncate.ts";

const ids = Array.from({ length: 10 }, (_, i) => i);

test("end keeps the first tokens, middle keeps head and tail", () => {
  expect([...truncate(ids, 4, "end")]).toEqual([0, 1, 2, 3]);
  expect([...truncate(ids, 4, "middle")]).toEqual([0, 1, 2, 9]);
  expect([...truncate(ids, 8, "middle")]).toEqual([0, 1, 2, 3, 4, 5, 8, 9]);
});

test("a cut of a cut is the cut of the whole", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 400 }),
      fc.integer({ min: 1, max: 200 }),
      fc.nat({ max: 200 }),
      fc.constantFrom("end" as const, "middle" as const),
      fc.record({ before: fc.nat({ max: 2 }), after: fc.nat({ max: 2 }) }),
      (length, least, more, truncation, frame) => {
        const whole = Int32Array.from({ length: length + frame.before + frame.after }, (_, i) => i);
        const cut = (ids: Int32Array, maxLength: number) => truncate(ids, maxLength, truncation, frame);
        expect(cut(cut(whole, least + more), least)).toEqual(cut(whole, least));
      },
    ),
  );
});

test("keeps order, never more than the limit, and short texts whole", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 300 }),
      fc.integer({ min: 1, max: 200 }),
      fc.constantFrom("end" as const, "middle" as const),
      (length, maxLength, truncation) => {
        const kept = [
          ...truncate(
            Array.from({ length }, (_, i) => i),
            maxLength,
            truncation,
          ),
        ];
        expect(kept).toHaveLength(Math.min(length, maxLength));
        expect(kept).toEqual(kept.toSorted((a, b) => a - b));
        if (length > 0) expect(kept[0]).toBe(0);
      },
    ),
  );
});
