import { describe, expect, test } from "vitest";
import { differentiate, gradientName } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { PlainAttributes } from "../graph/emitter.ts";
import type { Graph } from "../graph/graph.ts";
import { encodeModel } from "../onnx/encode.ts";
import { evaluate } from "../reference/evaluate.ts";
import { fromReference } from "../reference/reference-tensor.ts";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import { allclose } from "../testing/allclose.ts";
import { lossGraph } from "../testing/case-graph.ts";
import { DIFFERENTIABLE_OPERATORS, gradientCases } from "../testing/gradient-cases.ts";
import { awayFromZero } from "../testing/random-tensors.ts";
import type { OperatorName } from "./table.ts";

/** Whether ONNX Runtime takes a graph. It throws for an operator or a form that the opset does not have. */
async function load(graph: Graph): Promise<void> {
  const runtime = await defaultRuntime();
  const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  session.release();
}

async function isOfItsOpset(graph: Graph): Promise<boolean> {
  try {
    await load(graph);
    return true;
  } catch {
    return false;
  }
}

describe.each(DIFFERENTIABLE_OPERATORS)("the gradient of %s", (opType) => {
  const cases = [13, 17].flatMap((opset) => gradientCases(opType).map((example) => ({ opset, example })));
  test.each(cases)("loads in ONNX Runtime in opset $opset: $example.name", async ({ opset, example }) => {
    const { graph, parameters } = lossGraph(opType, example);
    const older = { ...graph, opsets: { ...graph.opsets, "": opset } };
    if (await isOfItsOpset(older)) await load(differentiate(older, { loss: "loss", parameters }));
  });
});

const x = awayFromZero([2, 3, 4]);
const axes: PlainAttributes = { axes: [1], keepdims: 0 };

/** Operators as exports of these opsets write them: axes of reductions, but for ReduceSum, are attributes until 17. */
const examples: readonly (readonly [opset: number, OperatorName, PlainAttributes])[] = [
  ...[13, 17].flatMap((opset) =>
    (
      [
        "ReduceMean",
        "ReduceMax",
        "ReduceMin",
        "ReduceProd",
        "ReduceSumSquare",
        "ReduceL1",
        "ReduceL2",
        "ReduceLogSumExp",
      ] as const
    ).map((opType) => [opset, opType, axes] as const),
  ),
  ...(
    ["Relu", "LeakyRelu", "Elu", "HardSigmoid", "Softmax", "LogSoftmax", "Erf", "Clip", "Abs", "Dropout"] as const
  ).map((opType) => [13, opType, {}] as const),
];

test.each([12, 26])("a graph of opset %i has no gradient, as its operators may mean something else", (opset) => {
  const b = new GraphBuilder({ name: "old", opsets: { "": opset } });
  b.output(b.op("Tanh", [b.input("x", "float32", [])]), "loss");
  expect(() => differentiate(b.build(), { loss: "loss", parameters: ["x"] })).toThrow(
    `graph "old": a gradient is built in opset 13 to 25, got opset ${opset}. Fix the graph`,
  );
});

describe.each(examples)("in opset %i, %s", (opset, opType, attributes) => {
  test("has a gradient that ONNX Runtime runs", async () => {
    const b = new GraphBuilder({ name: "older", opsets: { "": opset } });
    const y = b.op(opType, [b.input("x", "float32", x.shape)], attributes);
    b.output(b.op("ReduceSum", [b.op("Mul", [y, y])], { keepdims: 0 }), "loss");
    const graph = differentiate(b.build(), { loss: "loss", parameters: ["x"] });
    const runtime = await defaultRuntime();
    const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
    const results = await session.run({ x: fromReference(x) });
    session.release();
    const name = gradientName("x");
    const closeness = allclose(results[name]!, evaluate(graph, { x }).get(name)!, { relative: 2e-3, absolute: 1e-5 });
    expect(closeness.isClose, closeness.message).toBe(true);
  });
});
