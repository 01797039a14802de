import { describe, expect, test } from "vitest";
import { differentiate, gradientName } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph } from "../graph/graph.ts";
import { evaluate } from "../reference/evaluate.ts";
import { DTYPES, type DType } from "../tensor/dtype.ts";
import { forwardGraph, lossGraph } from "../testing/case-graph.ts";
import { OPERATOR_CASES } from "../testing/operator-cases/index.ts";
import { uniform, values } from "../testing/random-tensors.ts";
import { OPERATORS, type OperatorName } from "./table.ts";

const isFloat = (dtype: DType) => DTYPES[dtype].isFloat;

/** Rows without a gradient that a gradient can reach: float in, float out. */
const reachable = (Object.keys(OPERATORS) as OperatorName[]).flatMap((opType) => {
  const { gradient } = OPERATORS[opType];
  if (!("notDifferentiable" in gradient)) return [];
  const example = OPERATOR_CASES[opType].find(({ inputs }) => {
    return inputs[0] !== undefined && inputs[0].isConstant !== true && isFloat(inputs[0].dtype);
  });
  if (example === undefined) return [];
  const { graph } = forwardGraph(opType, example);
  return graph.outputs.some(({ dtype }) => isFloat(dtype))
    ? [{ opType, example, reason: gradient.notDifferentiable }]
    : [];
});

describe("an operator without a gradient", () => {
  test.each(reachable)("$opType is named with its reason", ({ opType, example, reason }) => {
    const { graph } = lossGraph(opType, example);
    expect(() => differentiate(graph, { loss: "loss", parameters: ["input0"] })).toThrow(
      expect.objectContaining({ code: "ENGINE_NOT_DIFFERENTIABLE", details: { node: opType, opType, reason } }),
    );
  });

  test.each([
    ["a branch", "If"],
    ["the body of a loop", "Loop"],
  ])("is named when only %s reads the parameter", (_, opType) => {
    const b = new GraphBuilder({ name: "captured" });
    const x = b.input("x", "float32", []);
    const inner = (name: string) => {
      const body = b.inner(name);
      if (opType === "Loop") {
        body.input(`${name}.step`, "int64", []);
        body.output(body.op("Identity", [body.input(`${name}.condition`, "bool", [])]));
      }
      body.output(body.op("Tanh", [x]));
      return body.build();
    };
    const y =
      opType === "If"
        ? b.op("If", [b.input("flag", "bool", [])], { then_branch: inner("a"), else_branch: inner("b") })
        : b.op("Loop", [b.scalar(2, "int64"), b.constant("bool", [], [1])], { body: inner("a") });
    b.output(b.op("ReduceSum", [y], { keepdims: 0 }), "loss");
    expect(() => differentiate(b.build(), { loss: "loss", parameters: ["x"] })).toThrow(
      expect.objectContaining({
        code: "ENGINE_NOT_DIFFERENTIABLE",
        details: expect.objectContaining({ node: opType }),
      }),
    );
  });

  test("with an integer or boolean output stops the gradient: zeros", () => {
    const b = new GraphBuilder({ name: "stopped" });
    const x = b.input("x", "float32", [2, 3]);
    const best = b.op("Cast", [b.op("ArgMax", [x], { axis: 1 })], { to: 1 });
    const above = b.op("Cast", [b.op("Greater", [x, b.scalar(0)])], { to: 1 });
    b.output(b.op("ReduceSum", [b.op("Add", [best, above])], { keepdims: 0 }), "loss");
    const graph = differentiate(b.build(), { loss: "loss", parameters: ["x"] });
    const gradient = evaluate(graph, { x: uniform([2, 3]) }).get(gradientName("x"))!;
    expect(Array.from(gradient.data, Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("Dropout in training mode asks for masks as inputs", () => {
    expect(() => differentiate(dropout(1), { loss: "loss", parameters: ["x"] })).toThrowErrorMatchingInlineSnapshot(
      `[ModelwrightError: node "Dropout": no gradient through Dropout: dropout masks come as inputs, training_mode is absent or a constant false. Freeze the parameters before this node, or replace the operator.]`,
    );
    const quiet = differentiate(dropout(0), { loss: "loss", parameters: ["x"] });
    expect(evaluate(quiet, { x: values("float32", [], [2]) }).get(gradientName("x"))!.data[0]).toBe(1);
  });

  test("the statistics of a layer norm carry no gradient", () => {
    const b = new GraphBuilder({ name: "statistics" });
    const x = b.input("x", "float32", [1, 4]);
    const [, mean] = b.multi("LayerNormalization", [x, b.constant("float32", [4], [1, 1, 1, 1])], 3);
    b.output(b.op("ReduceSum", [mean!], { keepdims: 0 }), "loss");
    expect(() => differentiate(b.build(), { loss: "loss", parameters: ["x"] })).toThrowErrorMatchingInlineSnapshot(
      `[ModelwrightError: node "LayerNormalization": no gradient through LayerNormalization: its statistics are for the backward pass only. Freeze the parameters before this node, or replace the operator.]`,
    );
  });
});

function dropout(trainingMode: number): Graph {
  const b = new GraphBuilder({ name: "dropout" });
  const mode = b.constant("bool", [], [trainingMode]);
  b.output(b.op("Dropout", [b.input("x", "float32", []), b.scalar(0.5), mode]), "loss");
  return b.build();
}
