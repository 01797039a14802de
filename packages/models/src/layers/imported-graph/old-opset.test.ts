import { type Attribute, evaluate, type Graph, type Node, tensorFrom } from "@modelwright/engine";
import { expect, test } from "vitest";
import { oldOpset } from "./old-opset.ts";
import { plainGraph } from "./plain-graph.ts";

const ints = (...value: number[]): Attribute => ({ type: "ints", value });
const int = (value: number): Attribute => ({ type: "int", value });
const float = (value: number): Attribute => ({ type: "float", value });

interface OldNode {
  readonly opType: string;
  readonly opset: number;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly shape: readonly number[];
  readonly outputs?: number;
}

function graphOf({ opType, opset, attributes, shape, outputs = 1 }: OldNode): Graph {
  const names = Array.from({ length: outputs }, (_, i) => `y${i}`);
  const node: Node = { name: "old", opType, domain: "", inputs: ["x"], outputs: names, attributes };
  const x = { name: "x", dtype: "float32", shape } as const;
  const results = names.map((name) => ({ name, dtype: "float32", shape: ["any"] }) as const);
  const values = new Map([x, ...results].map((value) => [value.name, value]));
  return {
    name: "old",
    opsets: { "": opset },
    inputs: [x],
    outputs: results,
    initializers: new Map(),
    nodes: [node],
    values,
  };
}

const SIX = [1, 2, 3, 4, 5, 6];

// What each operator gave by the specification of its opset.
test.each<[string, OldNode, number[]]>([
  ["Unsqueeze", { opType: "Unsqueeze", opset: 11, attributes: { axes: ints(0) }, shape: [2, 3] }, SIX],
  ["Squeeze", { opType: "Squeeze", opset: 11, attributes: { axes: ints(0) }, shape: [1, 6] }, SIX],
  [
    "ReduceSum",
    { opType: "ReduceSum", opset: 11, attributes: { axes: ints(1), keepdims: int(0) }, shape: [2, 3] },
    [6, 15],
  ],
  [
    "Split",
    { opType: "Split", opset: 11, attributes: { axis: int(1), split: ints(1, 2) }, shape: [2, 3], outputs: 2 },
    [1, 4],
  ],
  [
    "Clip",
    { opType: "Clip", opset: 9, attributes: { min: float(2), max: float(4) }, shape: [2, 3] },
    [2, 2, 3, 4, 4, 4],
  ],
  ["Clip of one bound", { opType: "Clip", opset: 9, attributes: { max: float(4) }, shape: [2, 3] }, [1, 2, 3, 4, 4, 4]],
  [
    "Slice",
    { opType: "Slice", opset: 9, attributes: { starts: ints(1), ends: ints(3), axes: ints(1) }, shape: [2, 3] },
    [2, 3, 5, 6],
  ],
  [
    "Pad",
    { opType: "Pad", opset: 9, attributes: { pads: ints(0, 1, 0, 0), value: float(7) }, shape: [2, 3] },
    [7, 1, 2, 3, 7, 4, 5, 6],
  ],
  ["Dropout", { opType: "Dropout", opset: 11, attributes: { ratio: float(0.5) }, shape: [2, 3] }, SIX],
  ["TopK", { opType: "TopK", opset: 9, attributes: { k: int(1) }, shape: [2, 3], outputs: 2 }, [3, 6]],
])("%s of an old opset gives what it gave", (_, old, expected) => {
  const graph = graphOf(old);
  const plain = plainGraph(graph, graph.outputs);
  const x = tensorFrom("float32", old.shape, SIX);
  expect([...evaluate(plain.graph, { x: { ...x, data: Float64Array.from(x.data) } }).get("y0")!.data]).toEqual(
    expected,
  );
});

test("a Softmax over the last axis is the same as now, another one is refused by name", () => {
  const softmax = (axis: number) =>
    graphOf({ opType: "Softmax", opset: 11, attributes: { axis: int(axis) }, shape: [2, 3] });
  const written = (axis: number) => {
    const graph = softmax(axis);
    return oldOpset({ graph, weights: new Set(), notes: [] }).graph.nodes[0]!.attributes;
  };
  expect([written(1), written(-1)]).toEqual([{ axis: int(-1) }, { axis: int(-1) }]);
  expect(() => written(0)).toThrow(
    expect.objectContaining({
      code: "MODEL_GRAPH_UNFIT",
      message: expect.stringMatching(/Softmax of opset 11.*"old"/),
    }),
  );
});

test.each([8, 0])("opset %i is refused, with a way out", (opset) => {
  const graph = graphOf({ opType: "Relu", opset, attributes: {}, shape: [2, 3] });
  expect(() => oldOpset({ graph, weights: new Set(), notes: [] })).toThrow(
    expect.objectContaining({ code: "MODEL_GRAPH_UNFIT", remedy: expect.stringContaining("version_converter") }),
  );
});
