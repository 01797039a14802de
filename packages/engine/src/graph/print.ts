import { showShape } from "../tensor/shape.ts";
import type { Attribute, Graph, Node, Value } from "./graph.ts";

/**
 * A graph as text for people: one line for each input, initializer and node, with the types that are known.
 *
 * @example
 * graph dense (ai.onnx 20, com.microsoft 1)
 *   input x: float32 [batch, 2]
 *   initializer w: float32 [2, 2]
 *   y: float32 [batch, 2] = MatMul(x, w)
 *   output y
 */
export function printGraph(graph: Graph): string {
  const opsets = Object.entries(graph.opsets).map(([domain, version]) => `${domain || "ai.onnx"} ${version}`);
  return [
    `graph ${graph.name} (${opsets.join(", ")})`,
    ...graph.inputs.map((input) => `  input ${showValue(input)}`),
    ...[...graph.initializers].map(([name, { dtype, shape }]) => `  initializer ${showValue({ name, dtype, shape })}`),
    ...graph.nodes.map((node) => `  ${showNode(graph, node)}`),
    ...graph.outputs.map((output) => `  output ${output.name}`),
  ].join("\n");
}

function showValue({ name, dtype, shape }: Value): string {
  return `${name}: ${dtype} ${showShape(shape)}`;
}

function showNode(graph: Graph, { opType, domain, inputs, outputs, attributes }: Node): string {
  const results = outputs.map((name) => {
    const value = graph.values.get(name);
    return value === undefined ? name || "_" : showValue(value);
  });
  const operator = domain === "" ? opType : `${domain}.${opType}`;
  const settings = Object.entries(attributes).map(([name, attribute]) => `${name}: ${showAttribute(attribute)}`);
  const braces = settings.length === 0 ? "" : ` {${settings.join(", ")}}`;
  return `${results.join(", ")} = ${operator}(${inputs.map((name) => name || "_").join(", ")})${braces}`;
}

function showAttribute(attribute: Attribute): string {
  switch (attribute.type) {
    case "tensor":
      return `${attribute.value.dtype} ${showShape(attribute.value.shape)}`;
    case "graph":
      return `\n${printGraph(attribute.value).replaceAll(/^/gm, "    ")}\n  `;
    default:
      return JSON.stringify(attribute.value);
  }
}
