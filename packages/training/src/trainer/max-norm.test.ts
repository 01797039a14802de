import { tensorFrom } from "@modelwright/engine";
import { expect, test } from "vitest";
import { limitNorms } from "./max-norm.ts";

test.each([
  ["the columns of a dense weight", [2, 2], [3, 0.1, 4, 0.2], [0.6, 0.1, 0.8, 0.2]],
  ["the filters of a convolution", [2, 1, 2], [3, 4, 0.1, 0.2], [0.6, 0.8, 0.1, 0.2]],
  ["no vector", [2], [3, 4], [3, 4]],
])("max-norm limits %s", (_, shape, before, after) => {
  const weight = tensorFrom("float32", shape, before);
  limitNorms(weight, 1);
  for (const [i, value] of after.entries()) expect(weight.data[i]).toBeCloseTo(value, 6);
});
