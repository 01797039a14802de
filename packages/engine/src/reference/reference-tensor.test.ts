import { describe, expect, test } from "vitest";
import { float16ToNumber, numberToFloat16 } from "../tensor/float16.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import { fromReference, toReference } from "./reference-tensor.ts";

describe("reference tensors", () => {
  test.each(["float32", "float64", "int8", "uint8", "int32", "int64", "uint64", "bool"] as const)(
    "of %s come back as they were",
    (dtype) => {
      const original = tensorFrom(dtype, [2, 2], [0, 1, 1, 0]);
      expect(fromReference(toReference(original))).toEqual(original);
    },
  );

  test("take another dtype on the way out", () => {
    const integers = toReference(tensorFrom("int64", [2], [3, -4]));
    expect(fromReference(integers, "float32").data).toEqual(Float32Array.of(3, -4));
  });
});

describe("float16", () => {
  // Examples of IEEE 754 binary16.
  test.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ])("%i is %d", (bits, value) => {
    expect(float16ToNumber(bits)).toBe(value);
    expect(numberToFloat16(value)).toBe(bits);
  });

  test("every finite pattern survives the way out and back", () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      if ((bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0) continue;
      if (numberToFloat16(float16ToNumber(bits)) !== bits) expect.fail(`bits ${bits}`);
    }
    expect(numberToFloat16(Number.NaN)).toBe(0x7e00);
  });

  test("rounds to the nearest, halves to even, too large to infinity", () => {
    expect(float16ToNumber(numberToFloat16(1 + 2 ** -11))).toBe(1);
    expect(float16ToNumber(numberToFloat16(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
    expect(float16ToNumber(numberToFloat16(65520))).toBe(Number.POSITIVE_INFINITY);
    expect(float16ToNumber(numberToFloat16(2047.9999))).toBe(2048);
  });
});
