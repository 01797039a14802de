import type { Graph, Node } from "../graph/graph.ts";
import { DTYPES } from "../tensor/dtype.ts";
import { operatorName } from "./operator-name.ts";
import { type CpuOperator, mergeCpuOperators } from "./runtime.ts";

/** ONNX Runtime makes them of Shape and Slice, to take a size out of a shape; what else it makes works on whole tensors. */
const MADE_OF_SHAPES: ReadonlySet<string> = new Set(["Gather"]);

/**
 * By operator, the nodes on the CPU that work on whole float tensors. Arithmetic on shapes and other small things, which ONNX Runtime keeps
 * there on purpose, is not among them.
 */
export function leftToCpu(graph: Graph, nodes: readonly Pick<Node, "name" | "opType" | "domain">[]): CpuOperator[] {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const left = nodes.filter(({ name, opType }) => {
    const original = byName.get(name);
    return original === undefined ? !MADE_OF_SHAPES.has(opType) : readsOrWritesFloats(graph, original);
  });
  const reason = "has no kernel for this";
  return mergeCpuOperators(left.map((node) => ({ operator: operatorName(node), reason, nodes: 1 })));
}

function readsOrWritesFloats({ initializers, values }: Graph, { inputs, outputs }: Node): boolean {
  return [...inputs, ...outputs].some((name) => {
    const type = initializers.get(name) ?? values.get(name);
    return type !== undefined && type.shape.length > 0 && DTYPES[type.dtype].isFloat;
  });
}
