import {
  type AnyTensor,
  encodeModel,
  evaluate,
  type Graph,
  type Node,
  tensorFrom,
  type Value,
} from "@modelwright/engine";
import { describe, expect, test } from "vitest";
import { plainGraph } from "./plain-graph.ts";

const X: Value = { name: "x", dtype: "float32", shape: [2] };
const int = (value: number) => ({ type: "int", value }) as const;
const node = (
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: Node["attributes"] = {},
): Node => ({
  name: output,
  opType,
  domain: "",
  inputs,
  outputs: [output],
  attributes,
});

function graphOf(parts: Pick<Graph, "nodes"> & Partial<Graph>): Graph {
  const whole = { name: "g", opsets: { "": 17 }, inputs: [], outputs: [], initializers: new Map(), values: new Map() };
  const graph: Graph = { ...whole, ...parts };
  const values = [...graph.inputs, ...graph.outputs].map((value) => [value.name, value] as const);
  return { ...graph, values: new Map([...graph.values, ...values]) };
}

/** The numbers of output `y` for x = [1.4, 2]. */
function numbers(graph: Graph, outputs = graph.outputs): number[] {
  const plain = plainGraph(graph, outputs).graph;
  expect(() => encodeModel(plain)).not.toThrow();
  const results = evaluate(plain, { x: { dtype: "float32", shape: [2], data: Float64Array.of(1.4, 2) } });
  return [...results.get("y")!.data].map(Number);
}

describe("an output of the graph that is dequantised stays one", () => {
  const y: Value = { name: "y", dtype: "float32", shape: [2] };
  const scale = tensorFrom("float32", [], [0.5]);

  test("where it was only rounded", () => {
    const initializers = new Map<string, AnyTensor>([
      ["scale", scale],
      ["zero", tensorFrom("uint8", [], [0])],
    ]);
    const nodes = [
      node("QuantizeLinear", ["x", "scale", "zero"], "q"),
      node("DequantizeLinear", ["q", "scale", "zero"], "y"),
    ];
    expect(numbers(graphOf({ inputs: [X], outputs: [y], initializers, nodes }))[0]).toBeCloseTo(1.4, 6);
  });

  test("where it is known", () => {
    const initializers = new Map<string, AnyTensor>([
      ["scale", scale],
      ["w", tensorFrom("int8", [2], [4, -6])],
    ]);
    const graph = graphOf({ outputs: [y], initializers, nodes: [node("DequantizeLinear", ["w", "scale"], "y")] });
    expect(numbers({ ...graph, inputs: [X] })).toEqual([2, -3]);
  });
});

/** A branch that multiplies x by a number of its own, float16 as it is stored. */
function branch(name: string, factor: number): { readonly type: "graph"; readonly value: Graph } {
  const half = "float16" as const;
  const out: Value = { name: `${name}_out`, dtype: half, shape: [2] };
  return {
    type: "graph",
    value: graphOf({
      name,
      outputs: [out],
      initializers: new Map([["factor", tensorFrom("float16", [], [factor])]]),
      nodes: [
        node("Cast", ["x"], "half", { to: int(10) }),
        node("Mul", ["half", "factor"], "product"),
        node("Identity", ["product"], out.name),
      ],
    }),
  };
}

const chosen = (condition: string, output: string, [then, otherwise]: readonly [number, number]) =>
  node("If", [condition], output, {
    then_branch: branch(`${output}_then`, then),
    else_branch: branch(`${output}_else`, otherwise),
  });

test("branches whose inner names are the same are put side by side", () => {
  const initializers = new Map<string, AnyTensor>([
    ["yes", tensorFrom("bool", [], [1])],
    ["no", tensorFrom("bool", [], [0])],
    // A name that a branch has too.
    ["product", tensorFrom("float16", [], [1])],
  ]);
  const y: Value = { name: "y", dtype: "float16", shape: [2] };
  const nodes = [
    chosen("yes", "a", [2, 3]),
    chosen("no", "b", [5, 7]),
    node("Add", ["a", "b"], "sum"),
    node("Mul", ["sum", "product"], "y"),
  ];
  const graph = graphOf({ inputs: [X], outputs: [y], initializers, nodes });
  const [first, second] = numbers(graph);
  expect([first, second]).toEqual([expect.closeTo(1.4 * 9, 5), 18]);
});

test("float16 in branches becomes float32: initializers, casts, outputs and declared types", () => {
  const y: Value = { name: "y", dtype: "float32", shape: [2] };
  const nodes = [
    node("ReduceMax", ["x"], "most", { keepdims: int(0) }),
    node("Cast", ["most"], "condition", { to: int(9) }),
    chosen("condition", "picked", [2, 3]),
    node("Cast", ["picked"], "y", { to: int(1) }),
  ];
  const graph = graphOf({ inputs: [X], outputs: [y], nodes });
  expect(numbers(graph)).toEqual([expect.closeTo(2.8, 5), 4]);
  const { graph: plain, notes } = plainGraph(graph, graph.outputs);
  expect(notes).toEqual(["float16 is computed and trained as float32 (0 weights)"]);
  const attributes = plain.nodes.flatMap((each) => Object.values(each.attributes));
  const inner = attributes.flatMap((attribute) => (attribute.type === "graph" ? [attribute.value] : []));
  expect(inner).toHaveLength(2);
  const types = inner.flatMap(({ initializers, outputs, values }) =>
    [...initializers.values(), ...outputs, ...values.values()].map(({ dtype }) => dtype),
  );
  expect(new Set(types)).toEqual(new Set(["float32"]));
});
