import { decodeModel, encodeModel, type Graph, GraphBuilder, type Node } from "@modelwright/engine";

const LOGITS = "logits";

/**
 * An ONNX model whose output `logits` is multiplied by a factor, so that every runtime gives what the factor makes of it.
 *
 * @param factor Positive: the order of a row's logits stays.
 */
export function scaleLogits(model: Uint8Array, factor: number): Uint8Array {
  const graph = decodeModel(model);
  const unscaled = unusedName(graph);
  const b = GraphBuilder.from(withoutOutputs(graph, unscaled));
  const inputs = [unscaled, b.scalar(factor).name];
  b.addNode({ name: LOGITS, opType: "Mul", domain: "", inputs, outputs: [LOGITS], attributes: {} });
  for (const { name } of graph.outputs) b.output(b.value(name));
  return encodeModel(b.build());
}

function unusedName({ values }: Graph): string {
  let name = `${LOGITS}.unscaled`;
  while (values.has(name)) name += "'";
  return name;
}

/** The graph with another name for the value `logits`, and no outputs yet. */
function withoutOutputs(graph: Graph, name: string): Graph {
  const nameOf = (old: string) => (old === LOGITS ? name : old);
  const nodes = graph.nodes.map(
    (node): Node => ({
      ...node,
      name: nameOf(node.name),
      inputs: node.inputs.map(nameOf),
      outputs: node.outputs.map(nameOf),
    }),
  );
  return { ...graph, nodes, outputs: [] };
}
