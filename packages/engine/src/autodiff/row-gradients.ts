import type { GraphEmitter } from "../graph/emitter.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import { namesRead } from "../passes/names-read.ts";
import { DTYPES } from "../tensor/dtype.ts";
import { isStatic } from "../tensor/shape.ts";

/** The names under which the gradient of a parameter leaves the graph when it is given by rows. */
export function rowGradientNames(parameter: string): { readonly rows: string; readonly indices: string } {
  return { rows: `${parameter}.grad.rows`, indices: `${parameter}.grad.indices` };
}

/** The parameters that one Gather of whole rows reads and nothing else, by that node: embedding tables. */
export function rowReaders(graph: Graph, parameters: readonly string[]): ReadonlyMap<Node, string> {
  const tables = new Set(parameters.filter((name) => isStatic(graph.values.get(name)?.shape.slice(1) ?? [""])));
  for (const { name } of graph.outputs) tables.delete(name);
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const name of namesRead(node)) if (tables.has(name)) readers.set(name, [...(readers.get(name) ?? []), node]);
  }
  const found = new Map<Node, string>();
  for (const [name, [node, another]] of readers) {
    if (node !== undefined && another === undefined && gathersRows(graph, node, name)) found.set(node, name);
  }
  return found;
}

/** Constant indices are left to the dense gradient, which is a Pad for one row. */
function gathersRows(graph: Graph, node: Node, table: string): boolean {
  const { axis } = node.attributes;
  const isRows = axis === undefined || (axis.type === "int" && axis.value === 0);
  const [x, indices] = node.inputs;
  return node.opType === "Gather" && node.domain === "" && isRows && x === table && !graph.initializers.has(indices!);
}

/** Adds the outputs of a gradient by rows: `dy` of a Gather as float `[n, …]`, its indices as int32 `[n]`. */
export function outputRowGradient(
  b: GraphEmitter,
  { parameter, indices, dy }: { parameter: Value; indices: Value; dy: Value },
): void {
  const names = rowGradientNames(parameter.name);
  b.output(b.op("Reshape", [dy, b.ints([-1, ...parameter.shape.slice(1).map(Number)])]), names.rows);
  b.output(b.op("Cast", [b.op("Reshape", [indices, b.ints([-1])])], { to: DTYPES.int32.onnx }), names.indices);
}
