import type { Graph, Node, Value } from "../graph/graph.ts";
import { withKnownValues } from "./remove-dead-nodes.ts";

/** Wider products are left alone: attention over short texts would lose by it. */
const MAX_WIDTH = 64;

/**
 * Takes the row sums in the gradient of attention from the narrow side of the product. With O = P·V and dP = dO·Vᵀ, Σₖ dP·P = Σ_d dO·O:
 * over the width of a head instead of over all positions (Dao et al. 2022, arXiv:2205.14135, appendix B.2). Dropout between softmax and
 * product changes nothing in it. The sums come out alike but for their rounding.
 */
export function contractSoftmaxSums(graph: Graph): Graph {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const products = new Map<string, Node>();
  const scalings = new Map<string, string>();
  for (const node of graph.nodes) {
    if (isProduct(node, 0)) products.set(node.inputs.join(), node);
    if (isMul(node))
      for (const pair of [node.inputs, node.inputs.toReversed()]) scalings.set(pair.join(), node.outputs[0]!);
  }

  /** dO and O when the sum over rows of `d` times `p` is that of dO times O. */
  const narrowPair = (d: string, p: string): readonly [string, string] | undefined => {
    const node = producers.get(d);
    if (node !== undefined && isProduct(node, 1)) {
      const [dOut, v] = node.inputs;
      const out = products.get([p, v].join());
      return out !== undefined && alphaOf(out) === alphaOf(node) ? [dOut!, out.outputs[0]!] : undefined;
    }
    if (node === undefined || !isMul(node)) return undefined;
    for (const [inner, factor] of [node.inputs, node.inputs.toReversed()]) {
      const dropped = scalings.get([p, factor].join());
      const pair = dropped === undefined || dropped === d ? undefined : narrowPair(inner!, dropped);
      if (pair !== undefined) return pair;
    }
    return undefined;
  };

  const values = new Map(graph.values);
  let isChanged = false;
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const wide = isRowSum(graph, node) ? producers.get(node.inputs[0]!) : undefined;
    if (wide === undefined || !isMul(wide)) return [node];
    const [a, b] = wide.inputs as [string, string];
    const pair = narrowPair(a, b) ?? narrowPair(b, a);
    const [type, like] = (pair ?? []).map((name) => graph.values.get(name));
    if (pair === undefined || !isNarrow(type, like)) return [node];
    isChanged = true;
    let name = `${node.name}.contraction`;
    while (values.has(name)) name += ".again";
    values.set(name, { ...type!, name });
    const product: Node = { name, opType: "Mul", domain: "", inputs: pair, outputs: [name], attributes: {} };
    return [Object.freeze(product), Object.freeze({ ...node, inputs: [name, ...node.inputs.slice(1)] })];
  });
  return isChanged ? withKnownValues({ ...graph, nodes, values }) : graph;
}

function isMul(node: Node): boolean {
  return node.opType === "Mul" && node.domain === "";
}

/** A·B, or with `transB` A·Bᵀ. */
function isProduct(node: Node, transB: 0 | 1): boolean {
  const flag = (name: string) => (node.attributes[name]?.type === "int" ? node.attributes[name].value : 0);
  if (node.opType === "MatMul") return transB === 0;
  return node.opType === "FusedMatMul" && flag("transA") === 0 && flag("transB") === transB;
}

function alphaOf({ attributes: { alpha } }: Node): number {
  return alpha?.type === "float" ? alpha.value : 1;
}

/** A sum over the last axis that keeps it. */
function isRowSum(graph: Graph, node: Node): boolean {
  const { keepdims, noop_with_empty_axes } = node.attributes;
  if (node.opType !== "ReduceSum" || noop_with_empty_axes !== undefined) return false;
  if (keepdims !== undefined && keepdims.type === "int" && keepdims.value === 0) return false;
  const [summed, axes] = node.inputs;
  const rank = graph.values.get(summed!)?.shape.length;
  const given = graph.initializers.get(axes ?? "")?.data;
  return given?.length === 1 && rank !== undefined && [-1, rank - 1].includes(Number(given[0]));
}

function isNarrow(a: Value | undefined, b: Value | undefined): boolean {
  const width = a?.shape.at(-1);
  return typeof width === "number" && width <= MAX_WIDTH && a!.shape.join() === b?.shape.join();
}
