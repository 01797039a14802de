import { tensorFrom } from "../tensor/tensor.ts";
import type { Attribute, Graph, Node } from "./graph.ts";

/** The oldest opset that can be upgraded. Before, Softmax flattened what stands behind its axis, and axes were attributes throughout. */
export const OLDEST_OPSET = 13;

/** Makes a constant int64 vector where the upgraded node will stand, and gives its name. */
type MakeInts = (values: readonly number[]) => string;

/** An operator that a later opset writes in another way. */
interface Upgrade {
  /** The first opset of the new way. */
  readonly since: number;
  readonly write: (node: Node, makeInts: MakeInts) => Node;
}

const AXES_AS_INPUT: Upgrade = {
  since: 18,
  write: (node, makeInts) => {
    const { axes, ...attributes } = node.attributes;
    if (axes?.type !== "ints") return node;
    return { ...node, attributes, inputs: [node.inputs[0]!, makeInts(axes.value)] };
  },
};

const PARTS_AS_ATTRIBUTE: Upgrade = {
  since: 18,
  write: (node) => {
    if ((node.inputs[1] ?? "") !== "") return node;
    const parts: Attribute = { type: "int", value: node.outputs.length };
    return { ...node, attributes: { ...node.attributes, num_outputs: parts } };
  },
};

const WHOLE_PIXELS_BY_NAME: Upgrade = {
  since: 16,
  write: (node) => {
    const mode: Attribute = { type: "string", value: "output_half_pixel" };
    return { ...node, attributes: { coordinate_transformation_mode: mode, ...node.attributes } };
  },
};

const UPGRADES: Readonly<Record<string, Upgrade>> = {
  ReduceL1: AXES_AS_INPUT,
  ReduceL2: AXES_AS_INPUT,
  ReduceLogSum: AXES_AS_INPUT,
  ReduceLogSumExp: AXES_AS_INPUT,
  ReduceMax: AXES_AS_INPUT,
  ReduceMean: AXES_AS_INPUT,
  ReduceMin: AXES_AS_INPUT,
  ReduceProd: AXES_AS_INPUT,
  ReduceSumSquare: AXES_AS_INPUT,
  RoiAlign: WHOLE_PIXELS_BY_NAME,
  Split: PARTS_AS_ATTRIBUTE,
};

/**
 * A node of an older graph as opset 18, and those after it up to 20, write it. Graphs inside the node stay as they are.
 *
 * @param options.opset Of the graph that the node comes from, `OLDEST_OPSET` or later.
 * @see https://onnx.ai/onnx/operators, the versions of each operator.
 */
export function upgradedNode(node: Node, options: { readonly opset: number; readonly makeInts: MakeInts }): Node {
  const upgrade = node.domain === "" && Object.hasOwn(UPGRADES, node.opType) ? UPGRADES[node.opType] : undefined;
  return upgrade === undefined || options.opset >= upgrade.since ? node : upgrade.write(node, options.makeInts);
}

/** What gradients are made of has its form since then: Pad and Slice of named axes, sums by ScatterElements, parts of shapes. */
const GRADIENT_OPSET = 18;

/**
 * A graph of opset 13 to 17 in opset 18; one of a later opset as it is. Values keep their names, in graphs inside nodes too; constants are
 * added.
 */
export function upgradedGraph(graph: Graph): Graph {
  const opset = graph.opsets[""] ?? 0;
  if (opset >= GRADIENT_OPSET) return graph;
  const initializers = new Map(graph.initializers);
  const values = new Map(graph.values);
  const makeInts = (numbers: readonly number[]): string => {
    let name = `opset${GRADIENT_OPSET}.axes`;
    for (let count = 1; values.has(name); count++) name = `opset${GRADIENT_OPSET}.axes_${count}`;
    const tensor = tensorFrom("int64", [numbers.length], numbers);
    initializers.set(name, tensor);
    values.set(name, { name, dtype: tensor.dtype, shape: tensor.shape });
    return name;
  };
  const upgrade = (node: Node): Node => {
    const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => {
      if (attribute.type !== "graph") return [name, attribute];
      return [name, { type: "graph", value: { ...attribute.value, nodes: attribute.value.nodes.map(upgrade) } }];
    });
    return upgradedNode({ ...node, attributes: Object.fromEntries(attributes) }, { opset, makeInts });
  };
  const nodes = graph.nodes.map(upgrade);
  return { ...graph, opsets: { ...graph.opsets, "": GRADIENT_OPSET }, initializers, nodes, values };
}
