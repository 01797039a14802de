import { describe, expect, test } from "vitest";
import { differentiate, gradientName } from "../autodiff/differentiate.ts";
import { encodeModel } from "../onnx/encode.ts";
import { evaluate } from "../reference/evaluate.ts";
import { fromReference } from "../reference/reference-tensor.ts";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import { allclose } from "../testing/allclose.ts";
import { awayFromZero, values } from "../testing/random-tensors.ts";
import { GraphBuilder } from "./builder.ts";
import type { Value } from "./graph.ts";
import { upgradedGraph, upgradedNode } from "./opset-upgrades.ts";

const x = awayFromZero([4, 3, 2]);

/** What exports of these opsets are full of, on sizes that only a run can tell. */
const bodies: Readonly<Record<string, (b: GraphBuilder, x: Value) => Value>> = {
  "x[1:]": (b, input) => b.op("Slice", [input, b.ints([1]), b.ints([2 ** 31 - 1]), b.ints([0])]),
  "x[:, -1]": (b, input) => b.op("Gather", [input, b.scalar(-1, "int64")], { axis: 1 }),
  "x[rows]": (b, input) => b.op("Gather", [input, b.ints([2, 0, 2])]),
  "a mean over an attribute's axes": (b, input) => b.op("ReduceMean", [input], { axes: [0, 2], keepdims: 0 }),
  "equal parts": (b, input) => b.multi("Split", [input], 2, { axis: 2 })[1]!,
  "a reduction in a branch": (b, input) => {
    const branch = (name: string) => {
      const inner = b.inner(name);
      inner.output(inner.op("ReduceMax", [inner.initializer(`${name}.w`, fromReference(x))], { axes: [0, 1] }));
      return inner.build();
    };
    const flag = b.constant("bool", [], [1]);
    const peak = b.op("If", [flag], { then_branch: branch("then"), else_branch: branch("else") });
    return b.op("Add", [input, peak]);
  },
};

describe.each([13, 15, 17])("in opset %i", (opset) => {
  test.each(Object.entries(bodies))("the gradient of %s runs in ONNX Runtime", async (_, body) => {
    const b = new GraphBuilder({ name: "older", opsets: { "": opset } });
    const y = body(b, b.input("x", "float32", ["batch", 3, 2]));
    b.output(b.op("ReduceSum", [b.op("Mul", [y, y])], { keepdims: 0 }), "loss");
    const graph = differentiate(b.build(), { loss: "loss", parameters: ["x"] });
    const runtime = await defaultRuntime();
    const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
    const results = await session.run({ x: fromReference(x) });
    session.release();
    const name = gradientName("x");
    const closeness = allclose(results[name]!, evaluate(graph, { x }).get(name)!, { relative: 1e-4, absolute: 1e-6 });
    expect(closeness.isClose, closeness.message).toBe(true);
  });
});

test("constants that an upgrade adds take no name that the graph has", () => {
  const b = new GraphBuilder({ name: "taken", opsets: { "": 17 } });
  const taken = b.input("opset18.axes", "float32", [2, 2]);
  b.output(b.op("ReduceMax", [b.op("ReduceMin", [taken], { axes: [0] })], { axes: [1] }), "y");
  const graph = upgradedGraph(b.build());
  expect(graph.opsets[""]).toBe(18);
  const feeds = { "opset18.axes": values("float32", [2, 2], [1, 2, 3, 4]) };
  expect(evaluate(graph, feeds).get("y")).toEqual(values("float32", [1, 1], [2]));
});

test("RoiAlign before 16 keeps what was its only way to see pixels", () => {
  const node = { name: "roi", opType: "RoiAlign", domain: "", inputs: [], outputs: [], attributes: {} };
  const makeInts = () => "unused";
  const mode = { type: "string", value: "output_half_pixel" };
  const upgraded = upgradedNode(node, { opset: 15, makeInts });
  expect(upgraded.attributes).toEqual({ coordinate_transformation_mode: mode });
  expect(upgradedNode(node, { opset: 16, makeInts })).toBe(node);
});
