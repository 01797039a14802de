import type { Attribute, GraphEmitter, Node } from "@modelwright/engine";

/** Before, Softmax flattened what stands behind its axis, and axes were attributes throughout. */
export const OLDEST_OPSET = 13;

/** An operator that a later opset writes in another way. */
interface Upgrade {
  /** The first opset of the new way. */
  readonly since: number;
  readonly write: (b: GraphEmitter, node: Node) => Node;
}

const AXES_AS_INPUT: Upgrade = {
  since: 18,
  write: (b, node) => {
    const { axes, ...attributes } = node.attributes;
    if (axes?.type !== "ints") return node;
    return { ...node, attributes, inputs: [node.inputs[0]!, b.ints(axes.value).name] };
  },
};

const PARTS_AS_ATTRIBUTE: Upgrade = {
  since: 18,
  write: (_, node) => {
    if ((node.inputs[1] ?? "") !== "") return node;
    const parts: Attribute = { type: "int", value: node.outputs.length };
    return { ...node, attributes: { ...node.attributes, num_outputs: parts } };
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
  Split: PARTS_AS_ATTRIBUTE,
};

/**
 * A node of an older graph as our opset writes it.
 *
 * @param opset Of the graph that it comes from, `OLDEST_OPSET` or later.
 * @see https://onnx.ai/onnx/operators, the versions of each operator.
 */
export function upgraded(b: GraphEmitter, node: Node, opset: number): Node {
  const upgrade = node.domain === "" && Object.hasOwn(UPGRADES, node.opType) ? UPGRADES[node.opType] : undefined;
  return upgrade === undefined || opset >= upgrade.since ? node : upgrade.write(b, node);
}
