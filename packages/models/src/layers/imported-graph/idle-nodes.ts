import { DTYPES, GraphBuilder, type Node } from "@modelwright/engine";
import { type Draft, intOf, rewired } from "./draft.ts";

type IsIdle = (node: Node, typed: GraphBuilder) => boolean;

/** Operators that may give what they are given, and when they do. */
const IDLE: Readonly<Record<string, IsIdle>> = { Cast: castsToItself, Expand: expandsToItself };

/** Takes out casts to the dtype that a value has, which are left of float16, and expansions to its shape. */
export function withoutIdleNodes(draft: Draft): Draft {
  const { graph } = draft;
  const typed = GraphBuilder.from(graph, { mustFit: () => false });
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const instead = new Map<string, string>();
  const nodes = graph.nodes.filter((node) => {
    const [given = ""] = node.inputs;
    const [written = ""] = node.outputs;
    const isIdle = node.domain === "" && Object.hasOwn(IDLE, node.opType) ? IDLE[node.opType]! : undefined;
    if (isIdle === undefined || outputs.has(written) || !typed.has(given) || !isIdle(node, typed)) return true;
    instead.set(written, given);
    return false;
  });
  return instead.size === 0 ? draft : { ...draft, graph: { ...graph, nodes: rewired(nodes, instead) } };
}

function castsToItself(node: Node, typed: GraphBuilder): boolean {
  const { dtype } = typed.value(node.inputs[0]!);
  return dtype !== "string" && intOf(node, "to", 0) === DTYPES[dtype].onnx;
}

function expandsToItself({ inputs: [given = "", target = ""] }: Node, typed: GraphBuilder): boolean {
  const { shape } = typed.value(given);
  const wanted = typed.has(target) ? typed.contents(typed.value(target)) : undefined;
  return wanted?.length === shape.length && wanted.every((size, axis) => size === 1 || size === shape[axis]);
}
