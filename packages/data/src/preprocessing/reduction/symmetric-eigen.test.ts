import { describe, expect, test } from "vitest";
import { seededRandom } from "../../splits/seeded-random.ts";
import { dot, largestEigenvectors } from "./symmetric-eigen.ts";

const random = seededRandom(3);
const uniform = () => random.below(2 ** 32) / 2 ** 31 - 1;

/** A matrix with these eigenvalues, whose eigenvectors are the columns of a reflection (Householder). */
function withEigenvalues(values: readonly number[]) {
  const size = values.length;
  const normal = Float64Array.from({ length: size }, uniform);
  const reflect = (x: Float64Array) => {
    const share = (2 * dot(normal, x)) / dot(normal, normal);
    return x.map((value, i) => value - share * normal[i]!);
  };
  const multiply = (vectors: readonly Float64Array[]) =>
    vectors.map((x) => reflect(reflect(x).map((value, i) => value * values[i]!)));
  const vector = (k: number) => reflect(new Float64Array(size).fill(1, k, k + 1));
  return { multiply, vector };
}

describe.each([
  ["a small matrix", [5, 0, 3, 3.5, 1e-9, 7, 0]],
  ["a large matrix, with values that fall", Array.from({ length: 300 }, (_, k) => 100 * 0.8 ** k)],
])("%s", (_, values) => {
  test("has the largest eigenvalues and their vectors", () => {
    const { multiply, vector } = withEigenvalues(values);
    const found = largestEigenvectors(multiply, { size: values.length, count: 4, start: uniform });
    const order = [...values.keys()].sort((a, b) => values[b]! - values[a]!).slice(0, 4);
    for (const [i, k] of order.entries()) {
      expect(found.values[i]! / values[k]!).toBeCloseTo(1, 9);
      expect(Math.abs(dot(found.vectors[i]!, vector(k)))).toBeCloseTo(1, 9);
      expect(
        found.vectors[i]!.reduce((peak, value) => (Math.abs(value) > Math.abs(peak) ? value : peak)),
      ).toBeGreaterThan(0);
    }
  });
});

test("a matrix of zeros has vectors all the same", () => {
  const { values, vectors } = largestEigenvectors((all) => all.map((x) => x.map(() => 0)), {
    size: 3,
    count: 5,
    start: uniform,
  });
  expect([...values]).toEqual([0, 0, 0]);
  expect(vectors.map((vector) => dot(vector, vector))).toEqual([1, 1, 1]);
});
