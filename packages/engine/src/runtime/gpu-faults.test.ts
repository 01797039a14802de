import { expect, test } from "vitest";
import type { Graph } from "../graph/graph.ts";
import { encodeModel } from "../onnx/encode.ts";
import type { OperatorName } from "../ops/table.ts";
import { evaluateWithStrings } from "../reference/evaluate.ts";
import { fromReference } from "../reference/reference-tensor.ts";
import { allclose } from "../testing/allclose.ts";
import { type CaseGraph, forwardGraph } from "../testing/case-graph.ts";
import { OPERATOR_CASES } from "../testing/operator-cases/index.ts";
import { createCApiRuntime } from "./c-api/c-api-runtime.ts";
import { GPU_FAULTS } from "./gpu-faults.ts";
import { lowerGraph } from "./lowering.ts";
import { GPU_FAULT_CASES } from "./testing/gpu-fault-cases.ts";

const runtime = await createCApiRuntime();
const TOLERANCE = { relative: 1e-4, absolute: 1e-5 };

/** Holds what a graph gives in ONNX Runtime on the CPU against the reference's values of the case. */
async function expectValues(graph: Graph, { graph: original, feeds, outputs }: CaseGraph) {
  const expected = evaluateWithStrings(original, feeds);
  const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  const tensors = Object.fromEntries(graph.inputs.map(({ name }) => [name, fromReference(feeds[name]!)]));
  const results = await session.run(tensors, outputs).finally(() => session.release());
  for (const name of outputs) {
    const { isClose, message } = allclose(results[name]!, expected.get(name)!, TOLERANCE);
    expect(isClose, `${name}: ${message}`).toBe(true);
  }
}

test("there are such cases of every operator", () => {
  const covered = new Set(GPU_FAULT_CASES.map(([title]) => title.split(" ")[0]));
  expect([...covered].toSorted()).toEqual(Object.keys(GPU_FAULTS).toSorted());
});

test.each(GPU_FAULT_CASES)("%s becomes operators of the same values", async (_, example) => {
  const lowered = lowerGraph(example.graph, GPU_FAULTS);
  const left = new Set(lowered.nodes.map(({ opType }) => opType));
  expect(example.graph.nodes.filter(({ opType }) => left.has(opType))).toEqual([]);
  await expectValues(lowered, example);
});

test("batch normalisation of an older opset becomes means that have their axes as an attribute", async () => {
  const [, example] = GPU_FAULT_CASES[0]!;
  const old: Graph = { ...example.graph, opsets: { ...example.graph.opsets, "": 15 } };
  const lowered = lowerGraph(old, GPU_FAULTS);
  const means = lowered.nodes.filter(({ opType }) => opType === "ReduceMean");
  expect(means.map(({ inputs, attributes }) => [inputs.length, attributes.axes])).toEqual([
    [1, { type: "ints", value: [0, 2, 3] }],
    [1, { type: "ints", value: [0, 2, 3] }],
  ]);
  await expectValues(lowered, { ...example, graph: old });
});

test("nothing else is touched, nor batch normalisation of other floats, whose constants would be of another type", () => {
  for (const opType of Object.keys(GPU_FAULTS) as OperatorName[]) {
    const { graph } = forwardGraph(opType, OPERATOR_CASES[opType][0]!);
    expect(lowerGraph(graph, GPU_FAULTS)).toBe(graph);
  }
  const [, { graph }] = GPU_FAULT_CASES[0]!;
  const values = new Map([...graph.values].map(([name, value]) => [name, { ...value, dtype: "float64" as const }]));
  const wide: Graph = { ...graph, values };
  expect(lowerGraph(wide, GPU_FAULTS)).toBe(wide);
});
