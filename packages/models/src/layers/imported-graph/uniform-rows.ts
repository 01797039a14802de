import { type AnyTensor, type Graph, type Node, tensorFrom } from "@modelwright/engine";
import { isStandard, readersOf } from "./draft.ts";

/** Operators that repeat, move or leave out elements, and change none. */
const MOVING: ReadonlySet<string> = new Set([
  "Cast",
  "Expand",
  "Flatten",
  "Identity",
  "Reshape",
  "Slice",
  "Squeeze",
  "Unsqueeze",
]);

/**
 * Takes one row of a table where the same row is taken at every place only to be added to rows of another: token types of a single text, which
 * are 0 throughout. Its sum is then that of a vector, forwards and backwards.
 *
 * @param zeros Inputs that hold nothing but 0. Default: none.
 */
export function uniformRows(graph: Graph, zeros: ReadonlySet<string> = new Set()): Graph {
  const same = uniformValues(graph, zeros);
  const readers = readersOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const initializers = new Map<string, AnyTensor>(graph.initializers);
  const sizes = (name: string | undefined) => graph.values.get(name ?? "")?.shape.join();
  let isChanged = false;
  const nodes = graph.nodes.map((node): Node => {
    const [table = "", places = ""] = node.inputs;
    const [written = ""] = node.outputs;
    const row = same.get(places);
    const isTable = graph.initializers.get(table)?.shape.length === 2;
    if (row === undefined || !isTable || !isStandard(node, "Gather") || outputs.has(written)) return node;
    const isWhole = (reader: Node) =>
      isStandard(reader, "Add") && reader.inputs.some((name) => name !== written && sizes(name) === sizes(written));
    const { axis } = node.attributes;
    const isOfRows = axis === undefined || (axis.type === "int" && axis.value === 0);
    const known = graph.initializers.get(places)?.data.length;
    if (!isOfRows || known === 1 || !(readers.get(written) ?? []).every(isWhole)) return node;
    isChanged = true;
    const name = `ints.${row}`;
    initializers.set(name, tensorFrom("int64", [1], [row]));
    return { ...node, inputs: [table, name] };
  });
  return isChanged ? { ...graph, initializers, nodes } : graph;
}

/** Values of which all elements are one integer, and that integer. */
function uniformValues({ initializers, nodes }: Graph, zeros: ReadonlySet<string>): ReadonlyMap<string, number> {
  const same = new Map<string, number>(Array.from(zeros, (name) => [name, 0] as const));
  for (const [name, tensor] of initializers) {
    const number = tensor.dtype === "int64" || tensor.dtype === "int32" ? onlyNumber(tensor) : undefined;
    if (number !== undefined) same.set(name, number);
  }
  for (const node of nodes) {
    const number = node.domain === "" && MOVING.has(node.opType) ? same.get(node.inputs[0] ?? "") : undefined;
    if (number !== undefined) same.set(node.outputs[0]!, number);
  }
  return same;
}

function onlyNumber({ data }: AnyTensor): number | undefined {
  const numbers = Array.from<bigint | number | string, number>(data, Number);
  const [first] = numbers;
  return numbers.every((number) => number === first) ? first : undefined;
}
