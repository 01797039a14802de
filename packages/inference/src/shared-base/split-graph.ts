import type { AnyTensor, Graph, Node, Value } from "@modelwright/engine";

/** A graph in two: what versions have in common, and what each has of its own behind it. */
export interface SplitGraph {
  /** From the inputs to the values at the cut. */
  readonly trunk: Graph;
  /** From these, and inputs such as the mask, to the outputs; without nodes where the trunk gives them already. */
  readonly head: Graph;
  /** The values that go from one to the other; each has a row for each text. */
  readonly cut: readonly Value[];
}

/** Parameters of what stands under every head. */
const TRUNK = "encoder.";

/**
 * Splits the graph of an encoder under a head: the head is what depends on parameters that are not the encoder's. What both compute from the
 * inputs alone, such as a mask as numbers, each computes for itself.
 */
export function splitGraph(graph: Graph): SplitGraph {
  const { nodes, initializers, inputs, outputs } = graph;
  const isOwn = (name: string) => initializers.has(name) && isParameter(name) && !name.startsWith(TRUNK);
  const ofTrunk = dependants(nodes, (name) => initializers.has(name) && name.startsWith(TRUNK));
  const ofHead = dependants(nodes, isOwn);
  const wanted = new Set(outputs.map(({ name }) => name));
  const cut = new Set<string>();
  const headNodes = neededFor(nodes, wanted, (name) => {
    const isCut = ofTrunk.has(name) && !ofHead.has(name);
    if (isCut) cut.add(name);
    return isCut;
  });
  const values = [...cut].map((name) => graph.values.get(name)!);
  const trunkNodes = neededFor(nodes, new Set(cut), () => false);
  const headInputs = inputs.filter(({ name }) => readBy(headNodes).has(name));
  return {
    trunk: partOf(graph, { nodes: trunkNodes, inputs, outputs: values }),
    head: partOf(graph, { nodes: headNodes, inputs: [...values, ...headInputs], outputs }),
    cut: values,
  };
}

/** Parameters have scopes; constants that a build makes itself may stand outside of any. */
function isParameter(name: string): boolean {
  return name.includes(".");
}

/** The values that depend on what `isSource` names. */
function dependants(nodes: readonly Node[], isSource: (name: string) => boolean): ReadonlySet<string> {
  const found = new Set<string>();
  for (const node of nodes)
    if (namesRead(node).some((name) => found.has(name) || isSource(name)))
      for (const output of node.outputs) found.add(output);
  return found;
}

/** The nodes that values depend on, in their order, as far as `isGiven` does not give what they read. */
function neededFor(nodes: readonly Node[], wanted: ReadonlySet<string>, isGiven: (name: string) => boolean): Node[] {
  const needed = new Set([...wanted].filter((name) => !isGiven(name)));
  const kept: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of namesRead(node)) if (!isGiven(name)) needed.add(name);
    kept.push(node);
  }
  return kept.reverse();
}

function readBy(nodes: readonly Node[]): ReadonlySet<string> {
  return new Set(nodes.flatMap(namesRead));
}

/** What a node reads, graphs inside it included. */
function namesRead({ inputs, attributes }: Node): string[] {
  const inner = Object.values(attributes).flatMap((attribute) =>
    attribute.type === "graph"
      ? [...attribute.value.nodes.flatMap(namesRead), ...attribute.value.outputs.map(({ name }) => name)]
      : [],
  );
  return [...inputs.filter((name) => name !== ""), ...inner];
}

function partOf(
  graph: Graph,
  part: { readonly nodes: readonly Node[]; readonly inputs: readonly Value[]; readonly outputs: readonly Value[] },
): Graph {
  const read = readBy(part.nodes);
  const initializers = new Map<string, AnyTensor>([...graph.initializers].filter(([name]) => read.has(name)));
  return { ...graph, ...part, initializers };
}
