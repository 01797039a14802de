import fc from "fast-check";
import { expect, test } from "vitest";
import { sortNumbers } from "./sort-numbers.ts";

const MANY = 10_001;
const ODD = [0, -0, Infinity, -Infinity, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, 1e-300, -1];

test("many numbers stand in the order in which the engine puts them", () => {
  const number = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constantFrom(...ODD));
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), fc.integer({ min: 0, max: 1e6 }), (some, step) => {
      const values = Float64Array.from({ length: MANY }, (_, i) => some[i % some.length]! * ((i * step) % 997 || 1));
      const filled = values.map((value) => (Number.isNaN(value) ? 0 : value));
      // Of two zeros the negative one is first.
      expect(Object.is(sortNumbers(filled.slice())[0], filled.slice().sort()[0])).toBe(true);
      expect(sortNumbers(filled.slice())).toEqual(filled.slice().sort());
    }),
    { numRuns: 20 },
  );
});

test("a part of a buffer is sorted, and nothing beside it is touched", () => {
  const whole = Float64Array.from({ length: MANY + 2 }, (_, i) => (i * 7919) % 5003);
  const sorted = sortNumbers(whole.subarray(1, MANY + 1));
  expect(sorted).toEqual(Float64Array.from({ length: MANY }, (_, i) => ((i + 1) * 7919) % 5003).sort());
  expect([whole[0], whole[MANY + 1]]).toEqual([0, ((MANY + 1) * 7919) % 5003]);
});
