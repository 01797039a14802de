import type { Graph, Node } from "../graph/graph.ts";

/**
 * Makes the exact Gelu(x) the product of x and Φ(x) where the gradient computes Φ(x) = ½ + ½·erf(x/√2) anyway, and moves that computation
 * before the product: the error function, the dearest part of both, is then computed once instead of twice.
 */
export function shareGelu(graph: Graph): Graph {
  const byInput = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const name of node.inputs) byInput.set(name, [...(byInput.get(name) ?? []), node]);
  }
  const next = (value: string, accepts: (node: Node) => boolean) => byInput.get(value)?.find(accepts);
  const moved = new Set<Node>();
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const [x] = node.inputs;
    const cumulative = isExactGelu(node) ? cumulativeOf(x!, next, graph) : undefined;
    if (cumulative === undefined) {
      if (!moved.has(node)) nodes.push(node);
      continue;
    }
    for (const step of cumulative) {
      if (!moved.has(step) && !nodes.includes(step)) nodes.push(step);
      moved.add(step);
    }
    const product = { opType: "Mul", inputs: [x!, cumulative.at(-1)!.outputs[0]!], attributes: {} };
    nodes.push(Object.freeze({ ...node, ...product }));
  }
  return moved.size === 0 ? graph : Object.freeze({ ...graph, nodes });
}

/** The three nodes that compute Φ(x), as the gradient of Gelu writes them. */
function cumulativeOf(
  x: string,
  next: (value: string, accepts: (node: Node) => boolean) => Node | undefined,
  graph: Graph,
): [Node, Node, Node] | undefined {
  const scaled = next(
    x,
    (node) => isOperator(node, "Mul") && node.inputs[0] === x && isRootHalf(graph, node.inputs[1]!),
  );
  const erf = scaled && next(scaled.outputs[0]!, (node) => isOperator(node, "Erf"));
  const cumulative = erf && next(erf.outputs[0]!, isHalfway);
  return cumulative && [scaled, erf, cumulative];
}

function isOperator(node: Node, opType: string): boolean {
  return node.opType === opType && node.domain === "";
}

function isExactGelu(node: Node): boolean {
  const { approximate } = node.attributes;
  return isOperator(node, "Gelu") && (approximate?.type === "string" ? approximate.value : "none") === "none";
}

function isHalfway(node: Node): boolean {
  const { alpha, beta } = node.attributes;
  const isHalf = (attribute: typeof alpha) => attribute?.type === "float" && attribute.value === 0.5;
  return isOperator(node, "HardSigmoid") && isHalf(alpha) && (beta === undefined || isHalf(beta));
}

function isRootHalf(graph: Graph, name: string): boolean {
  const tensor = graph.initializers.get(name);
  return tensor?.shape.length === 0 && Math.abs(Number(tensor.data[0]) - Math.SQRT1_2) < 1e-7;
}
