import { GraphBuilder } from "../graph/builder.ts";
import type { GraphEmitter } from "../graph/emitter.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import { renameOutputs } from "../graph/rename-outputs.ts";
import { placeValues } from "../ops/places.ts";
import { resolveAttributes } from "../ops/resolve-attributes.ts";
import { findOperator } from "../ops/table.ts";

/**
 * Continues a graph in which nodes whose operators record for the backward pass are computed by their recording forward passes. Names and
 * types of all values stay.
 *
 * @param options.active Names of the values that depend on a parameter; other nodes stay as they are.
 * @param options.mustFit Whether a node has to be one that the table has a rule for.
 * @returns What each such node recorded.
 */
export function recordForwardPass(
  graph: Graph,
  { active, mustFit }: { readonly active: ReadonlySet<string>; readonly mustFit: (node: Node) => boolean },
): { b: GraphEmitter; recorded: ReadonlyMap<Node, readonly Value[]> } {
  const recorded = new Map<Node, readonly Value[]>();
  const replace = (builder: GraphBuilder, node: Node) => {
    const operator = findOperator(node.opType, node.domain);
    if (operator === undefined || !("record" in operator.gradient)) return false;
    if (!node.outputs.some((name) => active.has(name))) return false;
    // What records is built for inputs that fit; a file may claim a type for a node's outputs whatever goes in.
    builder.typesOf(node);
    const { record } = operator.gradient;
    const recording = builder.scope(node.name, () =>
      record({
        b: builder,
        inputs: placeValues(
          operator.inputs,
          node.inputs.map((name) => (name === "" ? undefined : builder.value(name))),
        ),
        outputs: placeValues(
          operator.outputs,
          node.outputs.map((name) => (name === "" ? undefined : graph.values.get(name))),
        ),
        attributes: resolveAttributes(operator, node.attributes),
      }),
    );
    renameOutputs(builder, node, recording.outputs);
    recorded.set(node, recording.recorded);
    return true;
  };
  return { b: GraphBuilder.from(graph, { replace, mustFit }), recorded };
}
