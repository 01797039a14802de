import type { Graph, Node } from "../graph/graph.ts";
import { withKnownValues } from "./remove-dead-nodes.ts";

/**
 * Makes one Transpose of a chain of them. The first ones stay as long as others read them.
 *
 * Gradients are full of such chains: the products of attention transpose their result, and then the heads are merged.
 */
export function composeTransposes(graph: Graph): Graph {
  const transposes = new Map<string, { input: string; perm: readonly number[] }>();
  let isChanged = false;
  const nodes = graph.nodes.map((original): Node => {
    const perm = permOf(graph, original);
    if (perm === undefined) return original;
    const [input, output] = [original.inputs[0]!, original.outputs[0]!];
    const inner = transposes.get(input);
    if (inner === undefined) {
      transposes.set(output, { input, perm });
      return original;
    }
    isChanged = true;
    const composed = { input: inner.input, perm: perm.map((axis) => inner.perm[axis]!) };
    transposes.set(output, composed);
    return Object.freeze({
      ...original,
      inputs: [composed.input],
      attributes: { perm: { type: "ints", value: composed.perm } as const },
    });
  });
  return isChanged ? withKnownValues({ ...graph, nodes }) : graph;
}

/** The permutation of a Transpose whose rank is known; by default it turns the axes around. */
function permOf(graph: Graph, node: Node): readonly number[] | undefined {
  if (node.opType !== "Transpose" || node.domain !== "") return undefined;
  const { perm } = node.attributes;
  if (perm !== undefined) return perm.type === "ints" ? perm.value : undefined;
  return graph.values.get(node.outputs[0]!)?.shape.map((_, axis, { length }) => length - 1 - axis);
}
