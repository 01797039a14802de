import { GraphBuilder } from "../graph/builder.ts";
import type { Emitter } from "../graph/emitter.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { renameOutputs } from "../graph/rename-outputs.ts";
import { placeValues } from "../ops/places.ts";
import { resolveAttributes } from "../ops/resolve-attributes.ts";
import { findOperator } from "../ops/table.ts";

/**
 * Puts the operators that a fused one stands for in its place, so that a gradient passes through them. Nodes for which `isActive` is
 * false, those that no gradient passes, stay as they are, also those that the table does not have.
 *
 * Values keep their names: what was the output of a fused node is now the copy of one that an Identity makes, which ONNX Runtime takes
 * out when it loads the graph.
 */
export function expandFusedOperators(graph: Graph, isActive: (node: Node) => boolean): Graph {
  const isFused = (node: Node) => decompositionOf(node) !== undefined && isActive(node);
  if (!graph.nodes.some(isFused)) return graph;
  const replace = (b: Emitter, node: Node) => {
    if (!isFused(node)) return false;
    expand(b, graph, node);
    return true;
  };
  return GraphBuilder.from(graph, { replace, mustFit: isActive }).build();
}

function decompositionOf(node: Node) {
  const operator = findOperator(node.opType, node.domain);
  return operator !== undefined && "decompose" in operator.gradient ? { operator, ...operator.gradient } : undefined;
}

function expand(b: Emitter, graph: Graph, node: Node): void {
  const { operator, decompose } = decompositionOf(node)!;
  const parts = b.scope(node.name, () =>
    decompose({
      b,
      inputs: placeValues(
        operator.inputs,
        node.inputs.map((name) => (name === "" ? undefined : b.value(name))),
      ),
      outputs: placeValues(
        operator.outputs,
        node.outputs.map((name) => (name === "" ? undefined : graph.values.get(name))),
      ),
      attributes: resolveAttributes(operator, node.attributes),
    }),
  );
  renameOutputs(b, node, parts);
}
