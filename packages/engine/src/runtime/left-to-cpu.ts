import type { Graph, Node } from "../graph/graph.ts";
import { DTYPES } from "../tensor/dtype.ts";
import { operatorName } from "./operator-name.ts";
import type { CpuOperator } from "./runtime.ts";

/**
 * By operator, the nodes on the CPU that work on whole float tensors. Arithmetic on shapes and other small things, which ONNX Runtime keeps
 * there on purpose, is not among them.
 */
export function leftToCpu(graph: Graph, nodes: readonly Pick<Node, "name" | "opType" | "domain">[]): CpuOperator[] {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const original = byName.get(node.name);
    if (original !== undefined && !readsOrWritesFloats(graph, original)) continue;
    const operator = operatorName(node);
    counts.set(operator, (counts.get(operator) ?? 0) + 1);
  }
  return Array.from(counts, ([operator, count]) => ({ operator, reason: "has no kernel for this", nodes: count })).sort(
    (a, b) => (a.operator < b.operator ? -1 : 1),
  );
}

function readsOrWritesFloats({ initializers, values }: Graph, { inputs, outputs }: Node): boolean {
  return [...inputs, ...outputs].some((name) => {
    const type = initializers.get(name) ?? values.get(name);
    return type !== undefined && type.shape.length > 0 && DTYPES[type.dtype].isFloat;
  });
}
