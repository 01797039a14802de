import type { AnyTensor, Graph, Node } from "@modelwright/engine";
import { type Draft, isStandard, rewired } from "./draft.ts";
import { mapGraph } from "./map-graph.ts";

/** Puts the branch that is always taken in the place of an If whose condition is a constant. */
export function inlineBranches(draft: Draft): Draft {
  const { graph } = draft;
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const initializers = new Map<string, AnyTensor>(graph.initializers);
  const values = new Map(graph.values);
  const instead = new Map<string, string>();
  const taken = new Set(writtenBy(graph));
  const inlined = (nodes: readonly Node[]): readonly Node[] =>
    nodes.flatMap((node) => {
      const found = branchOf(graph, node);
      if (found === undefined || node.outputs.some((name) => outputs.has(name))) return [node];
      const branch = apart(found, taken);
      for (const [name, tensor] of branch.initializers) initializers.set(name, tensor);
      for (const [name, value] of branch.values) values.set(name, value);
      for (const [i, name] of node.outputs.entries()) instead.set(name, branch.outputs[i]!.name);
      return inlined(branch.nodes);
    });
  const nodes = inlined(graph.nodes);
  if (instead.size === 0) return draft;
  return { ...draft, graph: { ...graph, initializers, nodes: rewired(nodes, instead), values } };
}

/** A branch whose own names are none of those that are taken; they are taken then. */
function apart(branch: Graph, taken: Set<string>): Graph {
  const names = new Map<string, string>();
  for (const name of insideOf(branch)) {
    let free = name;
    for (let copy = 2; taken.has(free); copy++) free = `${name}.${copy}`;
    taken.add(free);
    names.set(name, free);
  }
  return mapGraph(branch, { name: (name) => names.get(name) ?? name });
}

/** Names that a graph gives to values. */
function writtenBy({ inputs, initializers, nodes }: Graph): string[] {
  const written = nodes.flatMap((node) => node.outputs.filter((name) => name !== ""));
  return [...inputs.map(({ name }) => name), ...initializers.keys(), ...written];
}

/** The same with those of the graphs inside its nodes, each once. */
function insideOf(graph: Graph): ReadonlySet<string> {
  const attributes = graph.nodes.flatMap((node) => Object.values(node.attributes));
  const inner = attributes.flatMap((attribute) => (attribute.type === "graph" ? [...insideOf(attribute.value)] : []));
  return new Set([...writtenBy(graph), ...inner]);
}

function branchOf(graph: Graph, node: Node): Graph | undefined {
  const condition = isStandard(node, "If") ? graph.initializers.get(node.inputs[0]!) : undefined;
  if (condition === undefined || condition.data.length !== 1) return undefined;
  const { then_branch: taken, else_branch: otherwise } = node.attributes;
  const branch = Number(condition.data[0]) === 0 ? otherwise : taken;
  return branch?.type === "graph" ? branch.value : undefined;
}
