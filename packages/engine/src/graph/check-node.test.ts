import { describe, expect, test } from "vitest";
import { decodeModel } from "../onnx/decode.ts";
import { encodeModel } from "../onnx/encode.ts";
import type { AttributeSpec } from "../ops/operator.ts";
import { parsePlaces } from "../ops/places.ts";
import { OPERATORS, type OperatorName } from "../ops/table.ts";
import { evaluateWithStrings } from "../reference/evaluate.ts";
import { zeros } from "../tensor/tensor.ts";
import { forwardGraph } from "../testing/case-graph.ts";
import { OPERATOR_CASES } from "../testing/operator-cases/index.ts";
import { GraphBuilder } from "./builder.ts";
import type { PlainAttributes } from "./emitter.ts";
import type { Attribute, Graph, Node } from "./graph.ts";

const rows = Object.keys(OPERATORS) as OperatorName[];

/** What each way by which a node arrives says about it. */
const entrances: readonly (readonly [
  name: string,
  (graph: Graph, feeds: Parameters<typeof evaluateWithStrings>[1]) => unknown,
])[] = [
  ["the builder", (graph) => GraphBuilder.from(graph)],
  ["the interpreter", evaluateWithStrings],
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
  return expect.objectContaining({
    code: "ENGINE_NODE_INVALID",
    details: expect.objectContaining({ node: opType, operator, rule, got }),
  });
}

describe.each(entrances)("%s refuses", (entrance, enter) => {
  const needing = rows.filter((opType) => parsePlaces(OPERATORS[opType].inputs).some(({ isRequired }) => isRequired));
  // The encoder itself refuses an Attention without a bias.
  const encodable = needing.filter((opType) => entrance !== "the decoder" || opType !== "Attention");
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

  const attributed = rows.flatMap((opType) =>
    Object.entries<AttributeSpec>(OPERATORS[opType].attributes).map(([name, { type }]) => ({ opType, name, type })),
  );
  test.each(attributed)("$opType with its attribute $name of another type", ({ opType, name, type }) => {
    const other: Attribute = type === "strings" ? { type: "floats", value: [1] } : { type: "strings", value: ["odd"] };
    const { graph, feeds } = changed(opType, () => ({ attributes: { [name]: other } }));
    expect(() => enter(graph, feeds)).toThrow(refusal(opType, `attribute ${name} is of type ${type}`, other.type));
  });

  test.each(rows)("%s with an attribute that it does not have", (opType) => {
    const { graph, feeds } = changed(opType, (node) => ({
      attributes: { ...node.attributes, odd: { type: "int", value: 1 } },
    }));
    const rule = `its attributes are ${Object.keys(OPERATORS[opType].attributes).join(", ") || "none"}`;
    expect(() => enter(graph, feeds)).toThrow(refusal(opType, rule, 'an attribute "odd"'));
  });

  test("no attribute whose name is private to the writer", () => {
    const { graph, feeds } = changed("Relu", () => ({ attributes: { __note: { type: "int", value: 1 } } }));
    expect(() => enter(graph, feeds)).not.toThrow();
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

const misfits: readonly (readonly [type: string, opType: OperatorName, attributes: PlainAttributes, got: string])[] = [
  ["int", "Softmax", { axis: 1.5 }, "1.5"],
  ["int", "Softmax", { axis: "1" }, '"1"'],
  ["float", "LeakyRelu", { alpha: [0.1] }, "[0.1]"],
  ["string", "Gelu", { approximate: 1 }, "1"],
  ["ints", "Transpose", { perm: [0, 0.5] }, "[0,0.5]"],
  ["tensor", "ConstantOfShape", { value: 1 }, "1"],
  ["int", "Softmax", { axis: zeros("float32", []) }, "a tensor"],
  ["floats", "Constant", { value_floats: ["a"] }, '["a"]'],
  ["strings", "Constant", { value_strings: [1] }, "[1]"],
  ["graph", "Loop", { body: 1 }, "1"],
];

test.each(misfits)("a plain value that is no %s is refused: %s %j", (type, opType, attributes, got) => {
  const b = new GraphBuilder({ name: "plain" });
  const rule = `attribute ${Object.keys(attributes)[0]} is of type ${type}`;
  expect(() => b.op(opType, [], attributes)).toThrow(refusal(opType, rule, got));
});

test("a plain attribute that the operator does not have is refused", () => {
  const b = new GraphBuilder({ name: "plain" });
  const x = b.input("x", "float32", [2]);
  expect(() => b.op("Softmax", [x], { axes: [1] })).toThrowErrorMatchingInlineSnapshot(
    `[ModelwrightError: node "Softmax" (Softmax): its attributes are axis, got an attribute "axes". Give the node what FEATURES.md lists for its operator; a model from elsewhere is to be exported again.]`,
  );
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
