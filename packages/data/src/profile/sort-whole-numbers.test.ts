import fc from "fast-check";
import { expect, test } from "vitest";
import { sortWholeNumbers } from "./sort-whole-numbers.ts";

test("whole numbers of any size stand in their order", () => {
  // Of no bit, of one digit to its last bit, of one bit more, of three digits.
  const greatest = fc.constantFrom(0, 1, 2 ** 11 - 1, 2 ** 11, 2 ** 22 - 1, 2 ** 22, 2 ** 31, 2 ** 32 - 1);
  fc.assert(
    fc.property(greatest, fc.array(fc.nat(), { maxLength: 60 }), (most, some) => {
      const values = [most, 0, ...some.map((each, i) => (each * 2 ** 9 + i) % (most + 1))];
      const sorted = sortWholeNumbers(Uint32Array.from(values), most);
      expect([...sorted]).toEqual(values.toSorted((a, b) => a - b));
    }),
    { numRuns: 300 },
  );
});
