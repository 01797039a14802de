import { type AnyTensor, type Graph, type Node, removeDeadNodes, type Value } from "@modelwright/engine";
import type { Draft } from "./draft.ts";
import { learnedWeights } from "./learned-weights.ts";
import { mapNode } from "./map-graph.ts";
import { type ToldLayers, toldLayers } from "./told-layers.ts";
import { weightNames } from "./weight-names.ts";

/** An imported graph of which the weights have names by which one can choose among them. */
export interface NamedGraph {
  /** Its weights come first among its initializers, in the order in which they are read. */
  readonly graph: Graph;
  /** Initializers that are trained. */
  readonly learned: ReadonlySet<string>;
  /** Float32 tensors of more than one number that stay as they are: tables of angles, masks. */
  readonly constants: readonly string[];
  /** Beginnings of the names of each layer's weights and nodes, from the first layer to the last. */
  readonly layers: readonly string[];
  readonly layersBy: ToldLayers["by"];
}

/**
 * Names the weights of a graph as the model from which it was exported does.
 *
 * @param options.outputs What is wanted of it.
 * @param options.rename What the parameter of a published name is called here; undefined for one that has no other name. Default: none has.
 */
export function namedGraph(
  draft: Draft,
  options: { readonly outputs: readonly Value[]; readonly rename?: (published: string) => string | undefined },
): NamedGraph {
  const { outputs, rename = () => undefined } = options;
  const graph = removeDeadNodes({ ...draft.graph, outputs });
  const learned = learnedWeights({ ...draft, graph });
  const published = weightNames({ ...draft, graph }, learned);
  const told = toldLayers(
    Array.from(published, ([tensor, name]) => ({ name, shape: graph.initializers.get(tensor)!.shape })),
  );
  const beginnings = beginningsOf(told, [...published.values()], rename);
  const names = new Map(
    Array.from(published, ([tensor, name]) => [tensor, rename(name) ?? inLayer(told, beginnings, name)] as const),
  );
  const isLeft = (name: string, { dtype, data }: AnyTensor) =>
    dtype === "float32" && data.length > 1 && draft.weights.has(name) && !learned.has(name);
  return {
    graph: withNames(graph, {
      names,
      beginnings,
      layerOf: new Map(Array.from(published, ([tensor, name]) => [tensor, told.layerOf.get(name)])),
    }),
    learned: new Set(names.values()),
    constants: [...graph.initializers].flatMap(([name, tensor]) => (isLeft(name, tensor) ? [name] : [])),
    layers: beginnings,
    layersBy: told.by,
  };
}

/** What stands in front of the names of each layer: as renamed weights have it, otherwise as their names do, otherwise `layer0.`. */
function beginningsOf(
  { count, layerOf }: ToldLayers,
  names: readonly string[],
  rename: (published: string) => string | undefined,
): readonly string[] {
  return Array.from({ length: count }, (_, layer) => {
    const inside = names.filter((name) => layerOf.get(name) === layer);
    const renamed = inside.flatMap((name) => rename(name) ?? []);
    const end = new RegExp(`^.*?(?<!\\d)${layer}\\.`);
    return end.exec(renamed[0] ?? "")?.[0] ?? `layer${layer}.`;
  });
}

function inLayer({ layerOf, beginningOf }: ToldLayers, beginnings: readonly string[], name: string): string {
  const layer = layerOf.get(name);
  if (layer === undefined) return name;
  return `${beginnings[layer]}${beginningOf === undefined ? name : name.slice(beginningOf(layer).length)}`;
}

interface Names {
  readonly names: ReadonlyMap<string, string>;
  readonly layerOf: ReadonlyMap<string, number | undefined>;
  readonly beginnings: readonly string[];
}

function withNames(graph: Graph, { names, layerOf, beginnings }: Names): Graph {
  const taken = new Set(names.values());
  const rename = (name: string): string => names.get(name) ?? (taken.has(name) ? `${name}.value` : name);
  const value = (old: Value): Value => ({ ...old, name: rename(old.name) });
  const layers = new Map<string, number>();
  const nodes = graph.nodes.map((node): Node => {
    const known = node.inputs.map((name) => Math.max(layerOf.get(name) ?? -1, layers.get(name) ?? -1));
    const layer = Math.max(-1, ...known);
    for (const name of node.outputs) layers.set(name, layer);
    const moved = mapNode(node, { name: rename });
    return { ...moved, name: layer < 0 ? node.name : `${beginnings[layer]}${node.name}` };
  });
  const weights = Array.from(names, ([tensor, name]) => [name, graph.initializers.get(tensor)!] as const);
  const others = [...graph.initializers].filter(([name]) => !names.has(name));
  return {
    ...graph,
    inputs: graph.inputs.map(value),
    outputs: graph.outputs.map(value),
    initializers: new Map<string, AnyTensor>([
      ...weights,
      ...others.map(([name, tensor]) => [rename(name), tensor] as const),
    ]),
    nodes,
    values: new Map(Array.from(graph.values.values(), (old) => [rename(old.name), value(old)] as const)),
  };
}
