import fc from "fast-check";
import { expect, test } from "vitest";
import { sortWholeNumbers } from "./sort-whole-numbers.ts";

const UNITS = [
  { times: 1, over: 1 },
  { times: 100, over: 1 },
  { times: 1_000_000, over: 1 },
  { times: 1, over: 86_400_000 },
];

test("numbers stand in their order, each the nearest to what was written", () => {
  // Up to 32 bits, one more, and so many that they are sorted as they are.
  const span = fc.constantFrom(0, 1, 2 ** 11 - 1, 2 ** 11, 2 ** 22, 2 ** 32 - 1, 2 ** 32, 2 ** 40);
  fc.assert(
    fc.property(
      span,
      fc.integer(),
      fc.array(fc.nat(), { maxLength: 60 }),
      fc.constantFrom(...UNITS),
      (range, low, some, unit) => {
        const wholes = some.map((each, i) => low + (i === 0 ? range : i === 1 ? 0 : (each * 2 ** 9 + i) % (range + 1)));
        const numbers = wholes.map((whole) => (whole * unit.over) / unit.times);
        const sorted = sortWholeNumbers(Float64Array.from(numbers), unit);
        expect([...sorted]).toEqual(numbers.map((number) => number + 0).sort((a, b) => a - b));
      },
    ),
    { numRuns: 300 },
  );
});

test("a part of a buffer is sorted, and nothing beside it is touched", () => {
  const whole = Float64Array.of(9.5, 3.25, -1.5, 2, 0.25);
  expect([...sortWholeNumbers(whole.subarray(1, 4), { times: 100, over: 1 })]).toEqual([-1.5, 2, 3.25]);
  expect([whole[0], whole[4]]).toEqual([9.5, 0.25]);
});
