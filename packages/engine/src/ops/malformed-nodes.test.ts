import { ModelwrightError } from "@modelwright/contracts";
import { describe, expect, test } from "vitest";
import { differentiate } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { evaluateWithStrings } from "../reference/evaluate.ts";
import { forwardGraph } from "../testing/case-graph.ts";
import { OPERATOR_CASES } from "../testing/operator-cases/index.ts";
import { OPERATORS, type OperatorName } from "./table.ts";

/** A node with an input or an attribute less, or an output more: what is left may be another form of the operator, or none. */
function variants(node: Node): readonly Node[] {
  // Without its trip count a Loop may be one that does not end.
  const inputs = node.opType === "Loop" ? [] : [...node.inputs.keys()];
  return [
    ...inputs.map((i) => ({ ...node, inputs: node.inputs.with(i, "") })),
    ...inputs.map((i) => ({ ...node, inputs: node.inputs.slice(0, i) })),
    ...Object.keys(node.attributes).map((name) => {
      const { [name]: _, ...attributes } = node.attributes;
      return { ...node, attributes };
    }),
    { ...node, outputs: [...node.outputs, "extra"] },
  ];
}

/** Of other errors, which are faults of ours, what they say. */
function fault(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof ModelwrightError ? undefined : String(error);
  }
}

/** A graph of one node, with nothing said about what it makes. */
function around(graph: Graph, node: Node): Graph {
  const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const values = new Map([...graph.values].filter(([name]) => !made.has(name)));
  return { ...graph, nodes: [node], values, outputs: [] };
}

function gradientOf(graph: Graph, node: Node): void {
  const b = new GraphBuilder({ name: node.opType });
  for (const input of graph.inputs) b.input(input.name, input.dtype, input.shape);
  for (const [name, tensor] of graph.initializers) b.initializer(name, tensor);
  const sums = b.addNode(node).flatMap((output) => {
    return output.name === "" || output.dtype !== "float32" ? [] : [b.op("ReduceSum", [output], { keepdims: 0 })];
  });
  if (sums.length === 0) return;
  b.output(
    sums.reduce((total, sum) => b.op("Add", [total, sum])),
    "loss",
  );
  const parameters = graph.inputs.flatMap(({ name, dtype }) => (dtype === "float32" ? [name] : []));
  differentiate(b.build(), { loss: "loss", parameters });
}

describe.each(Object.keys(OPERATORS) as OperatorName[])("%s", (opType) => {
  test("with something missing or too much is another form or a coded error", () => {
    const faults = OPERATOR_CASES[opType].slice(0, 2).flatMap((example) => {
      const { graph, feeds } = forwardGraph(opType, example);
      const node = graph.nodes[0]!;
      return variants(node).flatMap((variant) => [
        fault(() => evaluateWithStrings(around(graph, variant), feeds)),
        fault(() => gradientOf(graph, variant)),
      ]);
    });
    expect(faults.filter((message) => message !== undefined)).toEqual([]);
  });
});

describe("forms of recurrent operators that have no rule", () => {
  test("peepholes are refused by name, not left out", () => {
    const b = new GraphBuilder({ name: "peepholes" });
    const input = (name: string, shape: number[]) => b.input(name, "float32", shape);
    const inputs = [input("x", [2, 1, 3]), input("w", [1, 8, 3]), input("r", [1, 8, 2])];
    const peepholes = [undefined, undefined, undefined, undefined, input("p", [1, 6])];
    expect(() => b.op("LSTM", [...inputs, ...peepholes], { hidden_size: 2 })).toThrow(
      expect.objectContaining({ code: "ENGINE_SHAPE_MISMATCH", message: expect.stringContaining("peephole") }),
    );
  });
});

test.each(["Reshape", "Expand", "ConstantOfShape"])("%s refuses a shape of floats", (opType) => {
  const b = new GraphBuilder({ name: "floats" });
  const shape = b.input("shape", "float32", [2]);
  const inputs = opType === "ConstantOfShape" ? [shape] : [b.input("x", "float32", [1, 1]), shape];
  expect(() => b.op(opType, inputs)).toThrow(expect.objectContaining({ code: "ENGINE_SHAPE_MISMATCH" }));
});
