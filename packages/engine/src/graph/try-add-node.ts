import type { GraphBuilder } from "./builder.ts";
import type { Node, Value } from "./graph.ts";

/**
 * Adds a node to a builder that only types values, never makes a graph. Files from outside may use operators that we do not know, or as
 * another opset defines them: then the outputs stand in the builder as inputs, with the types that are declared.
 *
 * @param declared The type that the file gives a value, if any.
 * @returns True when the operator's own rule typed the outputs.
 */
export function tryAddNode(builder: GraphBuilder, node: Node, declared: (name: string) => Value | undefined): boolean {
  try {
    builder.addNode(node);
    return true;
  } catch {
    for (const name of node.outputs) {
      const value = declared(name);
      if (value !== undefined && !builder.has(name)) builder.input(name, value.dtype, value.shape);
    }
    return false;
  }
}
