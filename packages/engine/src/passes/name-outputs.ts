import type { Graph, Node } from "../graph/graph.ts";
import { namesCapturedBy } from "./names-read.ts";
import { withKnownValues } from "./remove-dead-nodes.ts";

/**
 * Gives values that an Identity passes on as outputs the outputs' names, so that they are not copied at each run: ONNX Runtime keeps such a
 * copy where something else reads the value too. What graphs inside nodes read keeps its name, and so does what is fed or stored.
 */
export function nameOutputs(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  const captured = new Set(graph.nodes.flatMap(namesCapturedBy));
  const renamed = new Map<string, string>();
  const dropped = new Set<Node>();
  for (const node of graph.nodes) {
    const [input, output] = [node.inputs[0]!, node.outputs[0]!];
    const passesOn = node.opType === "Identity" && node.domain === "" && outputs.has(output);
    const isFree = made.has(input) && !outputs.has(input) && !captured.has(input) && !renamed.has(input);
    if (!passesOn || !isFree) continue;
    renamed.set(input, output);
    dropped.add(node);
  }
  if (dropped.size === 0) return graph;
  const named = (name: string) => renamed.get(name) ?? name;
  const nodes = graph.nodes
    .filter((node) => !dropped.has(node))
    .map((node) => ({ ...node, inputs: node.inputs.map(named), outputs: node.outputs.map(named) }));
  return withKnownValues({ ...graph, nodes });
}
