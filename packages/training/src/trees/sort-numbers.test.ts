import { RandomSource } from "@modelwright/engine";
import { expect, test } from "vitest";
import { sortNumbers } from "./sort-numbers.ts";

test.each([10, 5000])("%i numbers of any size and sign, infinities and both zeros come out in order", (count) => {
  const random = RandomSource.fromSeed(count);
  const odd = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-45, -1e-45, 3.4e38];
  const values = Float32Array.from({ length: count }, (_, i) => {
    const size = 2 ** (random.integer(200) - 100);
    return odd[i] ?? (random.uniform() - 0.5) * size;
  });
  // Part of a larger buffer, whose other numbers stay.
  const whole = new Float32Array(count + 2).fill(7);
  whole.set(values, 1);
  expect(sortNumbers(whole.subarray(1, count + 1))).toEqual(values.slice().sort());
  expect([whole[0], whole[count + 1]]).toEqual([7, 7]);
});
