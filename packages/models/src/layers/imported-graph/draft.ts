import type { Graph, Node, Tensor } from "@modelwright/engine";
import { mapNode } from "./map-graph.ts";

/** An imported graph on its way to a layer. */
export interface Draft {
  /** Types of values are those that the file declares, until the graph is typed anew. */
  readonly graph: Graph;
  /** Initializers that may be weights: those that the exporter stored as such, not those that it wrote as Constant nodes. */
  readonly weights: ReadonlySet<string>;
  /** What was changed that makes the layer compute other numbers than the file, in words. */
  readonly notes: readonly string[];
}

/** A rewriting of a draft; one that finds nothing to do returns its argument. */
export type Rewriting = (draft: Draft) => Draft;

/** The node that writes each value. */
export function producersOf({ nodes }: Graph): ReadonlyMap<string, Node> {
  return new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
}

/** The nodes that read each value, those that read it inside their graphs not among them. */
export function readersOf({ nodes }: Graph): ReadonlyMap<string, readonly Node[]> {
  const readers = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const name of new Set(node.inputs)) {
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [node]);
      else known.push(node);
    }
  }
  return readers;
}

/** A node of the standard operators of this type. */
export function isStandard<Type extends string>(
  node: Node | undefined,
  opType: Type,
): node is Node & { readonly opType: Type } {
  return node !== undefined && node.domain === "" && node.opType === opType;
}

/** The value of an attribute of type int. */
export function intOf({ attributes }: Node, name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute?.type === "int" ? attribute.value : otherwise;
}

/** The float32 tensor of a name, if it is one. */
export function floatsOf({ initializers }: Graph, name: string | undefined): Tensor<"float32"> | undefined {
  const tensor = name === undefined ? undefined : initializers.get(name);
  return tensor?.dtype === "float32" ? (tensor as Tensor<"float32">) : undefined;
}

/** Nodes that read other values in the place of some, in the graphs inside them too. */
export function rewired(nodes: readonly Node[], instead: ReadonlyMap<string, string>): readonly Node[] {
  if (instead.size === 0) return nodes;
  const last = (name: string): string => {
    let found = name;
    for (let next = instead.get(found); next !== undefined; next = instead.get(found)) found = next;
    return found;
  };
  return nodes.map((node) => ({
    ...mapNode(node, { name: last }),
    name: node.name,
    outputs: node.outputs,
  }));
}
