import { expect, test } from "vitest";
import { decodeModel } from "../../onnx/decode.ts";
import { encodeModel } from "../../onnx/encode.ts";
import type { OperatorName } from "../../ops/table.ts";
import { evaluateWithStrings } from "../../reference/evaluate.ts";
import { forwardGraph } from "../../testing/case-graph.ts";
import { OPERATOR_CASES } from "../../testing/operator-cases/index.ts";
import { GPU_FAULT_CASES } from "../testing/gpu-fault-cases.ts";
import { placeOnCuda } from "./placement.ts";

function caseOf(opType: OperatorName, pattern: RegExp) {
  const example = OPERATOR_CASES[opType].find(({ name }) => pattern.test(name));
  if (example === undefined) throw new Error(`no case of ${opType} is like ${pattern}`);
  return forwardGraph(opType, example);
}

const operatorsOf = (model: Uint8Array) => decodeModel(model).nodes.map(({ opType }) => opType);

test.each(GPU_FAULT_CASES)("%s reaches CUDA as other operators", (_, { graph }) => {
  const operators = operatorsOf(placeOnCuda(encodeModel(graph)).model);
  for (const { opType } of graph.nodes) expect(operators).not.toContain(opType);
});

test("the size of texts, at which CUDA ends the process, is the product of the shape", () => {
  const { graph, feeds, outputs } = caseOf("Size", /texts/);
  const { model } = placeOnCuda(encodeModel(graph));
  expect(operatorsOf(model)).toEqual(["Shape", "ReduceProd"]);
  const [output] = outputs as [string];
  const made = evaluateWithStrings(decodeModel(model), feeds).get(output);
  expect(made).toEqual(evaluateWithStrings(graph, feeds).get(output));
});

test.each([
  ["Size", /^(?!texts)/],
  ["BatchNormalization", /^for inference/],
  ["LogSoftmax", /./],
] as const)("%s that CUDA does right is the model as it came", (opType, pattern) => {
  const model = encodeModel(caseOf(opType, pattern).graph);
  expect(placeOnCuda(model)).toEqual({ model, cpuNodes: [], onCpu: [] });
});
