import type { AnyTensor, Graph, Node } from "@modelwright/engine";
import { type Draft, isStandard, rewired } from "./draft.ts";

/** Puts the branch that is always taken in the place of an If whose condition is a constant. */
export function inlineBranches(draft: Draft): Draft {
  const { graph } = draft;
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const initializers = new Map<string, AnyTensor>(graph.initializers);
  const instead = new Map<string, string>();
  const inlined = (nodes: readonly Node[]): readonly Node[] =>
    nodes.flatMap((node) => {
      const branch = branchOf(graph, node);
      if (branch === undefined || node.outputs.some((name) => outputs.has(name))) return [node];
      for (const [name, tensor] of branch.initializers) initializers.set(name, tensor);
      for (const [i, name] of node.outputs.entries()) instead.set(name, branch.outputs[i]!.name);
      return inlined(branch.nodes);
    });
  const nodes = inlined(graph.nodes);
  if (instead.size === 0) return draft;
  const values = new Map(graph.values);
  return { ...draft, graph: { ...graph, initializers, nodes: rewired(nodes, instead), values } };
}

function branchOf(graph: Graph, node: Node): Graph | undefined {
  const condition = isStandard(node, "If") ? graph.initializers.get(node.inputs[0]!) : undefined;
  if (condition === undefined || condition.data.length !== 1) return undefined;
  const { then_branch: taken, else_branch: otherwise } = node.attributes;
  const branch = Number(condition.data[0]) === 0 ? otherwise : taken;
  return branch?.type === "graph" ? branch.value : undefined;
}
