import { beforeEach, describe, expect, test } from "vitest";
import { GraphBuilder } from "../../graph/builder.ts";
import type { Graph } from "../../graph/graph.ts";
import { encodeModel } from "../../onnx/encode.ts";
import { decodeMessage } from "../../onnx/schema.ts";
import type { OperatorName } from "../../ops/table.ts";
import { evaluateWithStrings } from "../../reference/evaluate.ts";
import { fromReference } from "../../reference/reference-tensor.ts";
import { tensorFrom } from "../../tensor/tensor.ts";
import { allclose } from "../../testing/allclose.ts";
import { type CaseGraph, forwardGraph } from "../../testing/case-graph.ts";
import { OPERATOR_CASES } from "../../testing/operator-cases/index.ts";
import { uniform, values } from "../../testing/random-tensors.ts";
import { createCApiRuntime } from "../c-api/c-api-runtime.ts";
import { describeProviders } from "../choose-provider.ts";
import { createNodeBindingRuntime } from "../node-binding/node-binding-runtime.ts";
import { GPU_FAULT_CASES } from "../testing/gpu-fault-cases.ts";
import { lowerForWebgpu } from "./lower.ts";
import { placeOnWebgpu } from "./placement.ts";

const runtime = await createCApiRuntime();
const problem = (await describeProviders(runtime)).find(({ name }) => name === "webgpu")?.problem;
const TOLERANCE = { relative: 2e-3, absolute: 1e-5 };

function caseOf(opType: OperatorName, name: string) {
  const example = OPERATOR_CASES[opType].find((candidate) => candidate.name === name);
  if (example === undefined) throw new Error(`no case "${name}" of ${opType}`);
  return forwardGraph(opType, example);
}

function withoutNames({ graph, ...rest }: CaseGraph): CaseGraph {
  return { ...rest, graph: { ...graph, nodes: graph.nodes.map((node) => ({ ...node, name: "" })) } };
}

/** A slice in both branches of an `If`, of a value and by a constant around them. */
function sliceInBranches(by: number): CaseGraph {
  const b = new GraphBuilder({ name: "branches" });
  const x = b.input("x", "float32", [2, 7, 2]);
  const steps = b.ints([by]);
  const branch = (name: string) => {
    const body = b.inner(name);
    body.output(body.op("Slice", [x, body.ints([5]), body.ints([0]), body.ints([1]), steps]));
    return body.build();
  };
  const flag = b.input("flag", "bool", []);
  b.output(b.op("If", [flag], { then_branch: branch("then"), else_branch: branch("else") }), "y");
  const feeds = { x: uniform([2, 7, 2]), flag: values("bool", [], [1]) };
  return { graph: b.build(), feeds, outputs: ["y"] };
}

/** One node that WebGPU takes and cannot do, and why. */
const FAULTY = [
  ["Conv", "many channels", "is wrong for these channels"],
  ["Einsum", "ij,ij->ij of [2,1] and [2,3]", "is wrong where an axis is repeated"],
  ["MaxPool", "with places", "fails where places are asked for"],
  ["SimplifiedLayerNormalization", "with statistics", "has wrong statistics"],
  ["Slice", "backwards by 2", "is wrong for steps below −1"],
  ["GroupQueryAttention", "capped", "is wrong with a cap, a window or a smooth softmax"],
  ["MultiHeadAttention", "a mask of keys", "fails with a mask of keys, and keeps no keys and values"],
] as const;

describe("lowerForWebgpu", () => {
  test.each(["FusedMatMul", "LogSoftmax", "Size"] as const)(
    "%s becomes operators with kernels, of the same values",
    (opType) => {
      for (const example of OPERATOR_CASES[opType]) {
        const { graph, feeds, outputs } = forwardGraph(opType, example);
        const lowered = lowerForWebgpu(graph);
        expect(placeOnWebgpu(encodeModel(graph)).onCpu).toEqual([]);
        expect(lowered.nodes.map((node) => node.opType)).not.toContain(opType);
        const [made, expected] = [evaluateWithStrings(lowered, feeds), evaluateWithStrings(graph, feeds)];
        for (const name of outputs) {
          const { isClose, message } = allclose(fromReference(made.get(name)!), expected.get(name)!, TOLERANCE);
          expect(isClose, `${example.name}: ${message}`).toBe(true);
        }
      }
    },
  );

  test("returns a graph without them as it is, and leaves alone what an older opset writes otherwise", () => {
    const { graph } = caseOf("Conv", "many channels");
    expect(lowerForWebgpu(graph)).toBe(graph);
    const old: Graph = { ...forwardGraph("LogSoftmax", OPERATOR_CASES.LogSoftmax[0]!).graph, opsets: { "": 17 } };
    expect(lowerForWebgpu(old)).toBe(old);
    expect(placeOnWebgpu(encodeModel(old)).onCpu).toMatchObject([{ operator: "LogSoftmax", reason: "has no kernel" }]);
  });
});

describe("placeOnWebgpu", () => {
  test.each(GPU_FAULT_CASES)("leaves nothing of %s to the CPU", (_, { graph }) => {
    expect(placeOnWebgpu(encodeModel(graph))).toMatchObject({ cpuNodes: [], onCpu: [] });
  });

  test.each(FAULTY)("keeps %s (%s) on the CPU", (opType, name, reason) => {
    const { graph } = caseOf(opType, name);
    const { cpuNodes, onCpu } = placeOnWebgpu(encodeModel(graph));
    expect(cpuNodes).toEqual(graph.nodes.map((node) => node.name));
    expect(onCpu).toMatchObject([{ reason, nodes: 1 }]);
  });

  test.each([
    ["BatchNormalization", "for inference"],
    ["Slice", "reversed"],
    ["Softmax", OPERATOR_CASES.Softmax[0]!.name],
  ] as const)("lets %s (%s) be", (opType, name) => {
    const bytes = encodeModel(caseOf(opType, name).graph);
    expect(placeOnWebgpu(bytes)).toEqual({ model: bytes, cpuNodes: [], onCpu: [] });
  });

  test("names what has no kernel, and keeps what runs inside it on the CPU too", () => {
    const { graph } = forwardGraph("Scan", OPERATOR_CASES.Scan[0]!);
    const { cpuNodes, onCpu } = placeOnWebgpu(encodeModel(graph));
    expect(onCpu).toEqual([{ operator: "Scan", reason: "has no kernel", nodes: 1 }]);
    expect(cpuNodes.length).toBeGreaterThan(0);
  });

  test("names what reads texts, whose kernels are on the CPU", () => {
    const { onCpu } = placeOnWebgpu(encodeModel(caseOf("Gather", "texts").graph));
    expect(onCpu).toEqual([{ operator: "Gather", reason: "has no kernel for texts", nodes: 1 }]);
  });

  test("writes the name of a node that is kept on the CPU into the model that it returns", () => {
    const { model, cpuNodes } = placeOnWebgpu(encodeModel(withoutNames(caseOf("MaxPool", "with places")).graph));
    expect(cpuNodes).toHaveLength(1);
    expect(decodeMessage("ModelProto", model).graph?.node?.map(({ name }) => name)).toEqual(cpuNodes);
  });

  test("keeps what is faulty in branches on the CPU, decided by a constant around them", () => {
    const { cpuNodes, onCpu } = placeOnWebgpu(encodeModel(sliceInBranches(-2).graph));
    expect(cpuNodes).toHaveLength(2);
    expect(onCpu).toEqual([{ operator: "Slice", reason: "is wrong for steps below −1", nodes: 2 }]);
    expect(placeOnWebgpu(encodeModel(sliceInBranches(-1).graph))).toMatchObject({ cpuNodes: [], onCpu: [] });
  });
});

describe("on a WebGPU adapter", () => {
  beforeEach(({ skip }) => skip(problem !== undefined, `no WebGPU: ${problem}`));

  const kept: readonly (readonly [string, CaseGraph])[] = [
    ...FAULTY.map(([opType, name]) => [`${opType} (${name})`, caseOf(opType, name)] as const),
    ...GPU_FAULT_CASES,
    ["a node without a name", withoutNames(caseOf("MaxPool", "with places"))],
    ["a slice in branches", sliceInBranches(-2)],
  ];
  test.each(kept)("%s has the reference's values", async (_, { graph, feeds, outputs }) => {
    const tensors = Object.fromEntries(graph.inputs.map((input) => [input.name, fromReference(feeds[input.name]!)]));
    const expected = evaluateWithStrings(graph, feeds);
    for (const create of [createCApiRuntime, createNodeBindingRuntime]) {
      const session = await (await create()).createSession(encodeModel(graph), { executionProvider: "webgpu" });
      const results = await session.run(tensors, outputs);
      session.release();
      for (const output of outputs) {
        const { isClose, message } = allclose(results[output]!, expected.get(output)!, TOLERANCE);
        expect(isClose, `${output}: ${message}`).toBe(true);
      }
    }
  });

  test("sessions that run at the same time do not disturb each other", async () => {
    const chain = async (factor: number) => {
      const b = new GraphBuilder({ name: "chain" });
      const weights = Array.from({ length: 256 }, (_, i) => Math.sin(i * factor) / 4);
      const w = b.initializer("w", tensorFrom("float32", [16, 16], weights));
      let y = b.input("x", "float32", ["n", 16]);
      for (let i = 0; i < 6; i++) y = b.op("Tanh", [b.op("MatMul", [y, w])]);
      b.output(y, "y");
      return runtime.createSession(encodeModel(b.build()), { executionProvider: "webgpu" });
    };
    const sessions = await Promise.all([chain(1.1), chain(2.3)]);
    const x = tensorFrom(
      "float32",
      [4, 16],
      Array.from({ length: 64 }, (_, i) => Math.cos(i)),
    );
    const run = async (index: number) => (await sessions[index]!.run({ x })).y;
    const alone = [await run(0), await run(1)];
    for (let i = 0; i < 20; i++) expect(await Promise.all([run(0), run(1)])).toEqual(alone);
    for (const session of sessions) session.release();
  });
});
