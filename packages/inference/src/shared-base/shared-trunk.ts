import { type Graph, GraphBuilder, type Node, type Tensor, tensor, type Value } from "@modelwright/engine";
import type { LowRankChanges } from "./low-rank-change.ts";

/** The input that says by which member's adapter a text is read: int64 `[batch]`. */
export const ADAPTER_INPUT = "adapter";

/** A layer in a trunk that cannot have adapters per text. */
export class LayerUnfit extends Error {}

/** Where the weights with adapters are read: the product, and the node whose result an adapter's product is added to. */
export interface AdaptedLayer {
  readonly weight: string;
  readonly product: Node;
  /** The product itself, or the bias behind it: ONNX Runtime makes one node of the two. */
  readonly last: Node;
}

/**
 * The layers that read weights.
 *
 * @throws {LayerUnfit} where a weight is read otherwise than as the matrix of a product with rows of a text.
 */
export function adaptedLayers(trunk: Graph, weights: ReadonlySet<string>): AdaptedLayer[] {
  const readers = (name: string) => trunk.nodes.filter(({ inputs }) => inputs.includes(name));
  const batch = trunk.inputs.find(({ name }) => name === "input_ids")?.shape[0];
  return [...weights].flatMap((weight) =>
    readers(weight).map((product): AdaptedLayer => {
      const [x, matrix] = product.inputs;
      const shape = trunk.values.get(x!)?.shape ?? [];
      const isOfTexts = shape[0] === batch && (shape.length === 2 || shape.length === 3);
      if (product.opType !== "MatMul" || matrix !== weight || !isOfTexts)
        throw new LayerUnfit(`"${weight}" is read by "${product.name}", which is no product with rows of a text`);
      const [next, ...others] = readers(product.outputs[0]!);
      const isBias = next?.opType === "Add" && next.inputs.some((name) => trunk.initializers.has(name));
      return { weight, product, last: isBias && others.length === 0 ? next : product };
    }),
  );
}

/**
 * A trunk in which each text is read by an adapter of its own.
 *
 * @param options.bases The weights without any adapter, by name.
 * @param options.members What each member's adapter adds to weights; its place is what `adapter` names. Lower ranks, and weights that a member
 * leaves as they are, are filled up with zeros.
 */
export function sharedTrunk(
  trunk: Graph,
  options: {
    readonly bases: ReadonlyMap<string, Tensor<"float32">>;
    readonly members: readonly LowRankChanges[];
  },
): Graph {
  const { bases } = options;
  const layers = adaptedLayers(trunk, new Set(bases.keys()));
  const byLast = new Map(layers.map((layer) => [layer.last, layer]));
  const batch = trunk.inputs.find(({ name }) => name === "input_ids")!.shape[0]!;
  const graph: Graph = {
    ...trunk,
    inputs: [...trunk.inputs, { name: ADAPTER_INPUT, dtype: "int64", shape: [batch] }],
    initializers: new Map([...trunk.initializers].map(([name, value]) => [name, bases.get(name) ?? value])),
  };
  const replace = (b: GraphBuilder, node: Node): boolean => {
    const layer = byLast.get(node);
    if (layer === undefined) return false;
    const { weight, product } = layer;
    const [output] = node.outputs;
    const [plain] = b.addNode({ ...node, outputs: [`${output}.base`] });
    const added = b.scope(product.name, () => addedBy(b, b.value(product.inputs[0]!), stacked(b, weight, options)));
    b.addNode({
      name: `${node.name}.adapted`,
      opType: "Add",
      domain: "",
      inputs: [plain!.name, added.name],
      outputs: [output!],
      attributes: {},
    });
    return true;
  };
  return GraphBuilder.from(graph, { replace, mustFit: () => false }).build();
}

/** x · A · B with the matrices of each text. */
function addedBy(b: GraphBuilder, x: Value, { a, b: second }: { readonly a: Value; readonly b: Value }): Value {
  const adapter = b.value(ADAPTER_INPUT);
  const [own, ownSecond] = [a, second].map((all) => b.op("Gather", [all, adapter], { axis: 0 })); // [B, in, r], [B, r, out]
  if (x.shape.length === 3) return b.op("MatMul", [b.op("MatMul", [x, own]), ownSecond]); // [B, T, out]
  const row = b.op("Unsqueeze", [x, b.ints([1])]); // [B, 1, in]
  return b.op("Squeeze", [b.op("MatMul", [b.op("MatMul", [row, own]), ownSecond]), b.ints([1])]); // [B, out]
}

/** The matrices of all members: `[members, inputs, rank]` and `[members, rank, width]`. */
function stacked(
  b: GraphBuilder,
  weight: string,
  { bases, members }: { readonly bases: ReadonlyMap<string, Tensor>; readonly members: readonly LowRankChanges[] },
): { readonly a: Value; readonly b: Value } {
  const names = { a: `${weight}.adapters_A`, b: `${weight}.adapters_B` };
  if (b.has(names.a)) return { a: b.value(names.a), b: b.value(names.b) };
  const [inputs, width] = bases.get(weight)!.shape as [number, number];
  const changes = members.map((member) => member.get(weight));
  const rank = Math.max(...changes.map((change) => change?.a.shape[1] ?? 0));
  const first = new Float32Array(members.length * inputs * rank);
  const second = new Float32Array(members.length * rank * width);
  for (const [member, change] of changes.entries()) {
    if (change === undefined) continue;
    const own = change.a.shape[1]!;
    for (let row = 0; row < inputs; row++)
      first.set(change.a.data.subarray(row * own, (row + 1) * own), (member * inputs + row) * rank);
    second.set(change.b.data, member * rank * width);
  }
  return {
    a: b.initializer(names.a, tensor("float32", [members.length, inputs, rank], first)),
    b: b.initializer(names.b, tensor("float32", [members.length, rank, width], second)),
  };
}
