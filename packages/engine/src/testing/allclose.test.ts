import { describe, expect, test } from "vitest";
import { allclose } from "./allclose.ts";
import { texts, values } from "./random-tensors.ts";

const expected = values("float32", [2, 2], [1, 2, 4, 0]);

describe("allclose", () => {
  test("accepts what lies within the tolerance", () => {
    expect(allclose(values("float32", [2, 2], [1, 2, 4.00001, 0]), expected).isClose).toBe(true);
  });

  test("says where the tolerance is broken and by how much", () => {
    const closeness = allclose(values("float32", [2, 2], [1, 2, 5, 0]), expected);
    expect(closeness).toMatchObject({ isClose: false, index: [1, 0], maxAbsoluteError: 1, maxRelativeError: 0.25 });
    expect(closeness.message).toMatchInlineSnapshot(
      `"max absolute error 1.00e+0, max relative error 2.50e-1; at [1, 0]: 5 instead of 4"`,
    );
  });

  test("takes NaN and infinities for themselves only", () => {
    const special = values("float32", [2], [Number.NaN, Number.POSITIVE_INFINITY]);
    expect(allclose(special, special).isClose).toBe(true);
    expect(allclose(values("float32", [2], [0, Number.POSITIVE_INFINITY]), special).isClose).toBe(false);
    expect(allclose(values("float32", [2], [Number.NaN, 1]), special).isClose).toBe(false);
    expect(allclose(special, values("float32", [2], [1, 1])).isClose).toBe(false);
  });

  test("takes a text for the same text only", () => {
    expect(allclose(texts([2], ["a", "1"]), texts([2], ["a", "1"])).isClose).toBe(true);
    expect(allclose(texts([2], ["a", "1"]), texts([2], ["a", "1.0"]))).toMatchObject({ isClose: false, index: [1] });
    expect(allclose(texts([1], ["1"]), values("float32", [1], [1])).isClose).toBe(false);
  });

  test("does not compare different shapes", () => {
    expect(allclose(values("float32", [4], [1, 2, 4, 0]), expected).message).toBe("shape [4] instead of [2, 2]");
  });
});
