import { expect, test } from "vitest";
import { differentiate, gradientName } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { PlainAttributes } from "../graph/emitter.ts";
import { evaluate } from "../reference/evaluate.ts";
import { values } from "../testing/random-tensors.ts";

/** Gradient of the sum of an operator's output by its first input, the others being constants. */
function gradientAt(
  opType: string,
  x: readonly number[],
  others: readonly (readonly number[] | undefined)[] = [],
  attributes: PlainAttributes = {},
): readonly number[] {
  const b = new GraphBuilder({ name: opType });
  const input = b.input("x", "float32", [x.length]);
  const constants = others.map((data) => data && b.constant("float32", data.length === 1 ? [] : [data.length], data));
  b.output(b.op("ReduceSum", [b.op(opType, [input, ...constants], attributes)], { keepdims: 0 }), "loss");
  const graph = differentiate(b.build(), { loss: "loss", parameters: ["x"] });
  return Array.from(evaluate(graph, { x: values("float32", [x.length], x) }).get(gradientName("x"))!.data);
}

// Where the derivative does not exist, the value each row states: PyTorch's, except for Max and Min of two operands.
test.each([
  ["Abs", [0], [], {}, [0]],
  ["Relu", [0], [], {}, [0]],
  ["LeakyRelu", [0], [], { alpha: 0.1 }, [0.1]],
  ["LeakyRelu", [0], [], { alpha: 2 }, [2]],
  ["Elu", [0], [], { alpha: 0.5 }, [0.5]],
  ["Selu", [0], [], { alpha: 2, gamma: 1.5 }, [3]],
  ["HardSigmoid", [-2.5, 2.5], [], {}, [0, 0]],
  ["HardSwish", [-3, 3], [], {}, [0, 1]],
  ["PRelu", [0, 0], [[2, 3]], {}, [2, 3]],
  ["Celu", [0], [], { alpha: 2 }, [1]],
  ["Shrink", [-0.5, 0.5, 0.6], [], {}, [0, 0, 1]],
  ["ThresholdedRelu", [1, 1.5], [], {}, [0, 1]],
  ["Clip", [-1, 1], [[-1], [1]], {}, [1, 1]],
  ["ReduceL1", [0, 2], [], { keepdims: 0 }, [0, 1]],
  ["ReduceL2", [0, 0], [], { keepdims: 0 }, [0, 0]],
  ["ReduceMax", [1, 3, 3], [], { keepdims: 0 }, [0, 0.5, 0.5]],
  ["ReduceMin", [1, 1, 1], [], { keepdims: 0 }, [1 / 3, 1 / 3, 1 / 3]],
  ["ReduceMax", [1, 2, 3], [], { noop_with_empty_axes: 1 }, [1, 1, 1]],
  ["ReduceMin", [1, 2, 3], [], { noop_with_empty_axes: 1 }, [1, 1, 1]],
  ["ReduceProd", [2, 0, 3], [], { keepdims: 0 }, [0, 6, 0]],
  ["ReduceProd", [2, 0, 0], [], { keepdims: 0 }, [0, 0, 0]],
  ["ReduceProd", [0, 2], [], { noop_with_empty_axes: 1 }, [1, 1]],
  ["LpNormalization", [0, 0], [], { p: 2 }, [0, 0]],
  ["LpNormalization", [0, 0], [], { p: 1 }, [0, 0]],
  ["Pow", [0, 2], [[0]], {}, [0, 0]],
  ["Pow", [0, 2], [[1]], {}, [1, 1]],
  ["Pow", [0, 0, 2], [[0, 1, 2]], {}, [0, 1, 4]],
  ["Max", [0, 1], [[0]], {}, [1, 1]],
  ["Min", [0, 1], [[0]], {}, [1, 0]],
  ["Floor", [0.5, 2], [], {}, [0, 0]],
  ["Round", [0.5], [], {}, [0]],
] as const)("%s at %j has the stated subgradient", (opType, x, others, attributes, expected) => {
  const gradient = gradientAt(opType, x, others, attributes);
  expect(gradient).toEqual(expected.map((value) => expect.closeTo(value, 7)));
});

// PyTorch's pow: by an exponent at a base of 0 the derivative of 0^p, which is 0 for every p ≥ 0.
test("Pow of 0 has the derivatives 0 by both, where the exponent is not known before", () => {
  const b = new GraphBuilder({ name: "Pow" });
  const [x, p] = ["x", "p"].map((name) => b.input(name, "float32", [4]));
  b.output(b.op("ReduceSum", [b.op("Pow", [x, p])], { keepdims: 0 }), "loss");
  const graph = differentiate(b.build(), { loss: "loss", parameters: ["x", "p"] });
  const feeds = { x: values("float32", [4], [0, 0, 0, 2]), p: values("float32", [4], [1.5, 0, 1, 2]) };
  const results = evaluate(graph, feeds);
  expect(Array.from(results.get(gradientName("p"))!.data)).toEqual([0, 0, 0, 4 * Math.LN2]);
  expect(Array.from(results.get(gradientName("x"))!.data)).toEqual([0, 0, 1, 4]);
});

test.each([
  ["LpPool", 1],
  ["LpPool", 2],
  ["LpPool", 3],
  ["GlobalLpPool", 2],
] as const)("%s of zeros has the subgradient 0, p %d", (opType, p) => {
  const b = new GraphBuilder({ name: opType });
  const x = b.input("x", "float32", [1, 1, 4]);
  const pooled = b.op(opType, [x], opType === "LpPool" ? { p, kernel_shape: [2], strides: [2] } : { p });
  b.output(b.op("ReduceSum", [pooled], { keepdims: 0 }), "loss");
  const graph = differentiate(b.build(), { loss: "loss", parameters: ["x"] });
  const gradient = evaluate(graph, { x: values("float32", [1, 1, 4], [0, 0, 0, 0]) }).get(gradientName("x"))!;
  expect(Array.from(gradient.data, Math.abs)).toEqual([0, 0, 0, 0]);
});

test("the maximum of a value and itself passes the gradient once", () => {
  const b = new GraphBuilder({ name: "max" });
  const x = b.input("x", "float32", []);
  b.output(b.op("Max", [x, x]), "loss");
  const graph = differentiate(b.build(), { loss: "loss", parameters: ["x"] });
  expect(evaluate(graph, { x: values("float32", [], [3]) }).get(gradientName("x"))!.data[0]).toBe(1);
});

// Each way that the gradient is written: by comparison, by MaxUnpool, by ScatterElements.
test.each([
  ["tiles", { strides: [2, 2] }, 1],
  ["with places", { strides: [2, 2] }, 2],
  ["overlapping", { strides: [1, 2] }, 1],
] as const)("MaxPool of equal elements passes the gradient to the first, %s", (_, { strides }, outputs) => {
  const b = new GraphBuilder({ name: "pool" });
  const x = b.input("x", "float32", [1, 1, 2, 4]);
  const [pooled] = b.multi("MaxPool", [x], outputs, { kernel_shape: [2, 2], strides });
  b.output(b.op("ReduceSum", [pooled!], { keepdims: 0 }), "loss");
  const graph = differentiate(b.build(), { loss: "loss", parameters: ["x"] });
  const feeds = { x: values("float32", [1, 1, 2, 4], [0, 0, 1, 3, 0, 0, 3, 3]) };
  expect([...evaluate(graph, feeds).get(gradientName("x"))!.data]).toEqual([1, 0, 0, 1, 0, 0, 0, 0]);
});
