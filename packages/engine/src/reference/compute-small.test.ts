import { expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import { tensorFrom } from "../tensor/tensor.ts";

const build = () => new GraphBuilder({ name: "small" });

test("a shape computed by Mod, Gather and Slice of constants is known before the graph runs", () => {
  const b = build();
  const rest = b.op("Mod", [b.ints([7, -1]), b.ints([4, 4])]);
  expect(b.contents(rest)).toEqual([3, 3]);
  const padded = b.op("Concat", [rest, b.op("Neg", [b.ints([-2])])], { axis: 0 });
  const x = b.input("x", "float32", ["n"]);
  expect(b.op("Reshape", [x, padded]).shape).toEqual([3, 3, 2]);
});

test("pads as exporters write them, in pairs turned around", () => {
  const b = build();
  const none = b.op("ConstantOfShape", [b.op("Sub", [b.ints([6]), b.op("Shape", [b.ints([1, 1])])])], {
    value: tensorFrom("int64", [1], [0]),
  });
  const pairs = b.op("Reshape", [b.op("Concat", [b.ints([1, 2]), none], { axis: 0 }), b.ints([-1, 2])]);
  const least = { dtype: "int64", shape: [1], data: BigInt64Array.of(1n - 2n ** 63n) } as const;
  const end = b.op("Constant", [], { value: least });
  const turned = b.op("Slice", [pairs, b.ints([-1]), end, b.ints([0]), b.ints([-1])]);
  const pads = b.op("Reshape", [b.op("Transpose", [turned], { perm: [1, 0] }), b.ints([-1])]);
  expect(b.op("Pad", [b.input("x", "float32", ["n", 3, 4]), pads]).shape).toEqual(["n", 3, 7]);
});

test("scales that a Constant node gives", () => {
  const b = build();
  const constant = b.op("Constant", [], { value: tensorFrom("float32", [2], [2, 2]) });
  const scales = b.op("Concat", [b.constant("float32", [2], [1, 1]), constant], { axis: 0 });
  const x = b.input("x", "float32", ["n", 3, "h", 5]);
  expect(b.op("Resize", [x, undefined, scales], { mode: "nearest" }).shape).toEqual(["n", 3, "2*h", 10]);
});

test("the greatest int64, which float64 does not hold, is not computed with", () => {
  const b = build();
  const greatest = { dtype: "int64", shape: [1], data: BigInt64Array.of(2n ** 63n - 1n) } as const;
  const end = b.op("Identity", [b.op("Constant", [], { value: greatest })]);
  expect(b.tensorOf(end)).toBeUndefined();
  expect(b.op("Slice", [b.input("x", "float32", ["n", 4]), b.ints([1]), end, b.ints([1])]).shape).toEqual(["n", 3]);
});

test("what differs at each run is not computed", () => {
  const b = build();
  const random = b.op("Dropout", [b.constant("float32", [2], [1, 2]), b.scalar(0.5), b.constant("bool", [], [1])]);
  expect(b.tensorOf(random)).toBeUndefined();
});
