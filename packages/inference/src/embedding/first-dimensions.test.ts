import { expect, test } from "vitest";
import { firstDimensions } from "./first-dimensions.ts";

const vector = Float32Array.of(3, 4, 12);

test.each([
  [1, [1]],
  [2, [0.6, 0.8]],
  [3, [3 / 13, 4 / 13, 12 / 13]],
])("the first %i have length 1", (dimensions, expected) => {
  const first = firstDimensions(vector, dimensions);
  expect(first).toHaveLength(dimensions);
  for (const [i, value] of expected.entries()) expect(first[i]).toBeCloseTo(value, 6);
});

test("the whole vector stays as it is", () => {
  expect(firstDimensions(vector)).toBe(vector);
  expect(firstDimensions(new Float32Array(2), 1)).toEqual(Float32Array.of(0));
});

test("more than there are is refused", () => {
  expect(() => firstDimensions(vector, 4)).toThrow(
    expect.objectContaining({ code: "MODEL_OPTION_INVALID", message: expect.stringContaining("at most 3") }),
  );
});
