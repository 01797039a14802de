import { type Emitter, GraphBuilder, tensorFrom, type Value } from "@modelwright/engine";
import { evaluate, toReference } from "@modelwright/engine/testing";
import { expect, test } from "vitest";
import { fuseOperators } from "./fuse-operators.ts";

const X = tensorFrom("float32", [2, 4], [-2, -0.5, 0, 0.3, 1, 1.5, 3, -4]);

/** What a graph of x gives, and the types of its nodes that are left, before and after operators are fused. */
function bothWays(write: (b: Emitter, x: Value) => Value) {
  const b = new GraphBuilder({ name: "fused" });
  const x = b.input("x", "float32", ["batch", 4]);
  b.output(write(b, x), "y");
  const graph = b.build();
  const { graph: fused } = fuseOperators({ graph, weights: new Set(), notes: [] });
  const run = (of: typeof graph) => evaluate(of, { x: toReference(X) }).get("y")!.data;
  return { before: run(graph), after: run(fused), opTypes: fused.nodes.map(({ opType }) => opType) };
}

const erf = (b: Emitter, x: Value) => b.op("Add", [b.op("Erf", [b.op("Div", [x, b.scalar(Math.SQRT2)])]), b.scalar(1)]);

// As PyTorch's exporters, TensorFlow's and older ones write it.
test.each<[string, (b: Emitter, x: Value) => Value]>([
  ["x · (1 + erf) · ½", (b, x) => b.op("Mul", [b.op("Mul", [x, erf(b, x)]), b.scalar(0.5)])],
  ["½ · (1 + erf) · x", (b, x) => b.op("Mul", [b.op("Mul", [b.scalar(0.5), erf(b, x)]), x])],
  ["(x · ½) · (1 + erf)", (b, x) => b.op("Mul", [b.op("Mul", [x, b.scalar(0.5)]), erf(b, x)])],
  ["x · (1 + erf) / 2", (b, x) => b.op("Div", [b.op("Mul", [x, erf(b, x)]), b.scalar(2)])],
])("%s is one Gelu", (_, write) => {
  const { before, after, opTypes } = bothWays((b, x) => b.op("Identity", [write(b, x)]));
  expect(Array.from(after, (value) => value.toFixed(6))).toEqual(Array.from(before, (value) => value.toFixed(6)));
  expect(opTypes).toContain("Gelu");
});

test.each<[string, (b: Emitter, x: Value) => Value]>([
  ["another factor", (b, x) => b.op("Mul", [b.op("Mul", [x, erf(b, x)]), b.scalar(0.6)])],
  ["erf of something else", (b, x) => b.op("Mul", [b.op("Mul", [x, erf(b, b.op("Neg", [x]))]), b.scalar(0.5)])],
])("%s is none", (_, write) => {
  const { before, after, opTypes } = bothWays(write);
  expect(opTypes).not.toContain("Gelu");
  expect(after).toEqual(before);
});

const tanhSum = (b: Emitter, x: Value, cube: Value) => {
  const inner = b.op("Add", [x, b.op("Mul", [cube, b.scalar(0.044715)])]);
  return b.op("Add", [b.op("Tanh", [b.op("Mul", [inner, b.scalar(Math.sqrt(2 / Math.PI))])]), b.scalar(1)]);
};
const byPowerOf3 = (b: Emitter, x: Value) => tanhSum(b, x, b.op("Pow", [x, b.scalar(3)]));
const byProducts = (b: Emitter, x: Value) => tanhSum(b, x, b.op("Mul", [b.op("Mul", [x, x]), x]));

test.each<[string, (b: Emitter, x: Value) => Value]>([
  ["(½ · x) · (1 + tanh)", (b, x) => b.op("Mul", [b.op("Mul", [x, b.scalar(0.5)]), byPowerOf3(b, x)])],
  ["x · (½ · (1 + tanh))", (b, x) => b.op("Mul", [b.op("Mul", [byProducts(b, x), b.scalar(0.5)]), x])],
])("%s is one FastGelu", (_, write) => {
  const { before, after, opTypes } = bothWays((b, x) => b.op("Identity", [write(b, x)]));
  expect(Array.from(after, (value) => value.toFixed(6))).toEqual(Array.from(before, (value) => value.toFixed(6)));
  expect(opTypes).toContain("FastGelu");
});

const norm =
  (axis: number, square: (b: Emitter, x: Value) => Value) =>
  (b: Emitter, x: Value): Value => {
    const mean = (of: Value) => b.op("ReduceMean", [of, b.ints([axis])]);
    const centred = b.op("Sub", [x, mean(x)]);
    const deviation = b.op("Sqrt", [b.op("Add", [mean(square(b, centred)), b.scalar(1e-5)])]);
    const [weight, bias] = [b.constant("float32", [4], [1, 2, 3, 4]), b.constant("float32", [4], [0, 1, 0, -1])];
    return b.op("Add", [b.op("Mul", [b.op("Div", [centred, deviation]), weight]), bias]);
  };
const byPower = (b: Emitter, x: Value) => b.op("Pow", [x, b.scalar(2)]);
const byProduct = (b: Emitter, x: Value) => b.op("Mul", [x, x]);

test.each([
  ["by a power", norm(-1, byPower), true],
  ["by a product", norm(1, byProduct), true],
  ["over another axis", norm(0, byPower), false],
] as const)("a norm %s is a LayerNormalization where it is over the last axis", (_, write, isFused) => {
  const { before, after, opTypes } = bothWays(write);
  expect(opTypes.includes("LayerNormalization")).toBe(isFused);
  expect(Array.from(after, (value) => value.toFixed(5))).toEqual(Array.from(before, (value) => value.toFixed(5)));
});
