import { describe, expect, test } from "vitest";
import { decodeModel } from "../onnx/decode.ts";
import { encodeModel } from "../onnx/encode.ts";
import { parsePlaces } from "../ops/places.ts";
import { OPERATORS, type OperatorName } from "../ops/table.ts";
import { evaluate } from "../reference/evaluate.ts";
import { zeros } from "../tensor/tensor.ts";
import { forwardGraph } from "../testing/case-graph.ts";
import { OPERATOR_CASES } from "../testing/operator-cases/index.ts";
import { GraphBuilder } from "./builder.ts";
import type { Graph, Node } from "./graph.ts";

const rows = Object.keys(OPERATORS) as OperatorName[];

/** What each way by which a node arrives says about it. */
const doors: readonly (readonly [name: string, (graph: Graph, feeds: Parameters<typeof evaluate>[1]) => unknown])[] = [
  ["the builder", (graph) => GraphBuilder.from(graph)],
  ["the interpreter", evaluate],
  ["the decoder", (graph) => decodeModel(encodeModel(graph))],
];

/** The first case of a row with its node changed. */
function changed(opType: OperatorName, change: (node: Node) => Partial<Node>) {
  const { graph, feeds } = forwardGraph(opType, OPERATOR_CASES[opType][0]!);
  const node = graph.nodes[0]!;
  const initializers = new Map([...graph.initializers, ["extra", zeros("float32", [1])]]);
  return { feeds, graph: { ...graph, initializers, nodes: [{ ...node, ...change(node) }], outputs: [] } };
}

function refusal(opType: OperatorName, rule: string, got: string) {
  const { domain } = OPERATORS[opType];
  const operator = domain === "" ? opType : `${domain}.${opType}`;
  return expect.objectContaining({ code: "ENGINE_NODE_INVALID", details: { node: opType, operator, rule, got } });
}

describe.each(doors)("%s refuses", (door, enter) => {
  const needing = rows.filter((opType) => parsePlaces(OPERATORS[opType].inputs).some(({ isRequired }) => isRequired));
  // The encoder itself refuses an Attention without a bias.
  const encodable = needing.filter((opType) => door !== "the decoder" || opType !== "Attention");
  test.each(encodable)("%s without an input", (opType) => {
    const { inputs } = OPERATORS[opType];
    const { name, isVariadic } = parsePlaces(inputs).find(({ isRequired }) => isRequired)!;
    const { graph, feeds } = changed(opType, () => ({ inputs: [] }));
    const rule = `${isVariadic ? "at least one of " : ""}input ${name} is given (inputs: ${inputs.join(", ")})`;
    expect(() => enter(graph, feeds)).toThrow(refusal(opType, rule, "0 inputs"));
  });

  const limited = rows.filter((opType) => !parsePlaces(OPERATORS[opType].inputs).some(({ isVariadic }) => isVariadic));
  test.each(limited)("%s with an input too many", (opType) => {
    const { inputs } = OPERATORS[opType];
    const { graph, feeds } = changed(opType, (node) => ({
      inputs: Array.from({ length: inputs.length + 1 }, (_input, i) => node.inputs[i] || "extra"),
    }));
    const rule = `there are at most ${inputs.length} inputs (${inputs.join(", ") || "none"})`;
    expect(() => enter(graph, feeds)).toThrow(refusal(opType, rule, `${inputs.length + 1}`));
  });

  const counted = rows.filter((opType) => !parsePlaces(OPERATORS[opType].outputs).some(({ isVariadic }) => isVariadic));
  test.each(counted)("%s with an output too many", (opType) => {
    const { outputs } = OPERATORS[opType];
    const { graph, feeds } = changed(opType, () => ({
      outputs: Array.from({ length: outputs.length + 1 }, (_output, i) => `output${i}`),
    }));
    const rule = `there are at most ${outputs.length} outputs (${outputs.join(", ")})`;
    expect(() => enter(graph, feeds)).toThrow(refusal(opType, rule, `${outputs.length + 1}`));
  });

  test.each(rows)("%s without an output that it always has", (opType) => {
    const places = parsePlaces(OPERATORS[opType].outputs);
    const { name, isVariadic } = places.find(({ isRequired }) => isRequired) ?? { name: undefined, isVariadic: false };
    const { graph, feeds } = changed(opType, () => ({ outputs: [] }));
    if (name === undefined) return expect(["LSTM", "GRU", "RNN"]).toContain(opType);
    const rule = `${isVariadic ? "at least one of " : ""}output ${name} is given (outputs: ${OPERATORS[opType].outputs.join(", ")})`;
    expect(() => enter(graph, feeds)).toThrow(refusal(opType, rule, "0 outputs"));
  });

  test("a name left empty where an input is required, or among those without end", () => {
    const gemm = changed("Gemm", (node) => ({ inputs: ["", ...node.inputs.slice(1)] }));
    const rule = "input A is given (inputs: A, B, C?)";
    expect(() => enter(gemm.graph, gemm.feeds)).toThrow(refusal("Gemm", rule, "an empty name"));
    const concat = changed("Concat", (node) => ({ inputs: ["", node.inputs[0]!] }));
    const named = "each of the inputs inputs has a name";
    expect(() => enter(concat.graph, concat.feeds)).toThrow(refusal("Concat", named, "an empty one at place 0"));
  });
});

test("what an operator gives in another form only is refused by what its shape rule makes", () => {
  const b = new GraphBuilder({ name: "inference" });
  const [x, ...vectors] = [[2, 3], [3], [3], [3], [3]].map((shape, i) => b.input(`input${i}`, "float32", shape));
  expect(() => b.multi("BatchNormalization", [x, ...vectors], 3)).toThrow(
    refusal("BatchNormalization", "there are at most 1 outputs in this form", "3"),
  );
});

test("a model of an opset that the rows do not describe keeps its nodes as they are", () => {
  const { graph } = changed("Clip", (node) => ({ inputs: node.inputs.slice(0, 1), outputs: ["a", "b"] }));
  const older = { ...graph, opsets: { ...graph.opsets, "": 12 } };
  expect(decodeModel(encodeModel(older)).nodes[0]!.outputs).toEqual(["a", "b"]);
  expect(() => decodeModel(encodeModel(graph))).toThrow(expect.objectContaining({ code: "ENGINE_NODE_INVALID" }));
});
