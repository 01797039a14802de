import type { Graph, Node } from "@modelwright/engine";
import { type Draft, floatsOf, isStandard, readersOf } from "./draft.ts";

/** Names that exporters make for tensors that have lost theirs. */
const MADE = /^(onnx::|val_|_v_|t_|\d|_inlfunc|node_)|_quantized$|\.turned$|\.float32$/;
/** The last word of a name that a module of PyTorch gives. */
const LEAF = /\.(weight|bias|gamma|beta|weights?)$/i;

/**
 * The names of weights in the model from which a graph was exported, as far as the graph tells: a name that was kept; otherwise the module
 * of the bias behind a product; otherwise the module that a node's name says it comes from. The others keep their names.
 *
 * @returns Every learned weight, in the order in which the graph reads them; no name twice.
 */
export function weightNames(draft: Draft, learned: ReadonlySet<string>): ReadonlyMap<string, string> {
  const { graph } = draft;
  const readers = readersOf(graph);
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const node of graph.nodes) {
    for (const [place, weight] of node.inputs.entries()) {
      if (!learned.has(weight) || names.has(weight)) continue;
      const name =
        keptName(weight) ??
        besideBias(graph, { node, place, readers }) ??
        inScope(node, place) ??
        plainName(weight, node);
      let free = name;
      for (let count = 2; taken.has(free); count++) free = `${withoutLeaf(name)}_${count}.${leafOf(name)}`;
      taken.add(free);
      names.set(weight, free);
    }
  }
  return names;
}

/** A name that a weight has in the model from which it was exported; undefined for one that the exporter made. */
export function keptName(weight: string): string | undefined {
  return MADE.test(weight) || !LEAF.test(weight) ? undefined : weight;
}

interface Reading {
  readonly node: Node;
  readonly place: number;
  readonly readers: ReadonlyMap<string, readonly Node[]>;
}

/** The name that the bias added to a product has, with `weight` at its end. */
export function besideBias(graph: Graph, { node, place, readers }: Reading): string | undefined {
  if (place !== 1) return undefined;
  if (isStandard(node, "Gemm")) return asWeight(node.inputs[2]);
  if (!isStandard(node, "MatMul")) return undefined;
  const [product = ""] = node.outputs;
  for (const reader of readers.get(product) ?? []) {
    const bias = reader.inputs.find((name) => name !== product && floatsOf(graph, name)?.shape.length === 1);
    const isAdded = isStandard(reader, "Add") || reader.opType === "BiasGelu";
    if (isAdded && bias !== undefined) return asWeight(bias);
  }
  return undefined;
}

function asWeight(bias: string | undefined): string | undefined {
  const kept = bias === undefined ? undefined : keptName(bias);
  return kept?.endsWith(".bias") ? `${kept.slice(0, -"bias".length)}weight` : undefined;
}

/** Names of weights that are read at a place of a node. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  Attention: ["", "qkv.weight", "qkv.bias"],
  LayerNormalization: ["", "weight", "bias"],
  Gemm: ["", "weight", "bias"],
  MatMul: ["input", "weight"],
  Gather: ["weight"],
  Add: ["bias", "bias"],
  Mul: ["weight", "weight"],
};

function inScope(node: Node, place: number): string | undefined {
  const scope = scopeOf(node);
  const leaf = Object.hasOwn(PLACES, node.opType) ? PLACES[node.opType]![place] : undefined;
  return scope === undefined || scope === "" ? undefined : `${scope}.${leaf ?? `weight_${place}`}`;
}

/** The module from which a node comes: `encoder.layer.0.attention` of `/encoder/layer.0/attention/MatMul`. */
export function scopeOf(node: Node): string | undefined {
  const path = [node.scope ?? "", node.name, ...node.outputs].find((name) => name.startsWith("/"));
  if (path === undefined) return undefined;
  const words = path.split("/").slice(1, -1);
  // A container is named again in front of what it holds: `/layers/layers.0`.
  return words.filter((word, i) => !words[i + 1]?.startsWith(`${word}.`)).join(".");
}

function plainName(weight: string, node: Node): string {
  const plain = weight.replace(/^onnx::/, "");
  return isStandard(node, "MatMul") || isStandard(node, "Gather") ? `${plain}.weight` : plain;
}

function withoutLeaf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

function leafOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
