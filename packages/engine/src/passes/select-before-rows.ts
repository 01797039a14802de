import { GraphBuilder } from "../graph/builder.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { renameOutputs } from "../graph/rename-outputs.ts";
import type { Shape } from "../tensor/shape.ts";
import { namesRead } from "./names-read.ts";

/**
 * Selects one position of a sequence before the operators that treat each position alike, instead of behind them: where a classifier reads the
 * first token, the last layer's dense layers are computed for that token alone. The values of the selected position are the same.
 *
 * Operators are made smaller only where nothing else reads what they compute.
 */
export function selectBeforeRows(graph: Graph): Graph {
  for (const selection of graph.nodes) {
    if (!isSelection(graph, selection)) continue;
    const made = rowsMadeFor(graph, selection);
    if (made.some(({ opType }) => isProduct(opType))) return selectBeforeRows(moved(graph, selection, new Set(made)));
  }
  return graph;
}

const UNARY = new Set(["Cast", "Erf", "Gelu", "HardSigmoid", "HardSwish", "Identity", "Relu", "Sigmoid", "Tanh"]);
const BINARY = new Set(["Add", "Div", "Mul", "Sub"]);
const NORMS = new Set(["LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization"]);

/** The sequence and its axis. */
const POSITIONS = 1;

/** A Gather of one place of the second of three axes, which is thereby gone. */
function isSelection(graph: Graph, { opType, domain, inputs, attributes }: Node): boolean {
  const [data, index] = inputs.map((name) => graph.values.get(name)?.shape);
  const { axis } = attributes;
  const isOfPositions = axis?.type === "int" && axis.value === POSITIONS;
  const isOne = index?.length === 0 && graph.initializers.has(inputs[1]!);
  return opType === "Gather" && domain === "" && isOfPositions && data?.length === 3 && isOne;
}

/** The nodes whose values only the selection needs, and of them only the selected position. */
function rowsMadeFor(graph: Graph, selection: Node): Node[] {
  const sequence = graph.values.get(selection.inputs[0]!)!.shape.slice(0, 2);
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes)
    for (const name of namesRead(node)) readers.set(name, [...(readers.get(name) ?? []), node]);
  const given = new Set(graph.outputs.map(({ name }) => name));
  const made = new Set([selection]);
  for (const node of graph.nodes.toReversed()) {
    const [first, ...others] = node.outputs;
    const isReadOnlyHere = (name: string) =>
      !given.has(name) && (readers.get(name) ?? []).every((reader) => made.has(reader));
    const isUnread = (name: string) => !given.has(name) && !readers.has(name);
    if (!readers.has(first!) || !isReadOnlyHere(first!) || !others.every(isUnread)) continue;
    if (treatsRowsAlike(graph, node, sequence)) made.add(node);
  }
  made.delete(selection);
  return [...made];
}

/** Whether a position of what a node gives depends on the same position of what it reads, and on nothing else of it. */
function treatsRowsAlike(graph: Graph, { opType, inputs, outputs, attributes }: Node, sequence: Shape): boolean {
  const shapes = inputs.map((name) => graph.values.get(name)?.shape);
  const isSequence = (shape: Shape | undefined) => shape?.length === 3 && shape.slice(0, 2).join() === sequence.join();
  const isForAll = (shape: Shape | undefined) => shape !== undefined && shape.length < 2;
  if (!isSequence(graph.values.get(outputs[0]!)?.shape)) return false;
  const [x, second] = shapes;
  if (UNARY.has(opType)) return isSequence(x);
  if (BINARY.has(opType)) return shapes.every((shape) => isSequence(shape) || isForAll(shape));
  const { axis, transA } = attributes;
  const isPlain = transA === undefined || (transA.type === "int" && transA.value === 0);
  if (isProduct(opType)) return isSequence(x) && second?.length === 2 && isPlain;
  const isOfLastAxis = axis === undefined || (axis.type === "int" && (axis.value === -1 || axis.value === 2));
  return NORMS.has(opType) && isSequence(x) && isOfLastAxis && shapes.slice(1).every(isForAll);
}

function isProduct(opType: string): boolean {
  return opType === "MatMul" || opType === "FusedMatMul";
}

/** The graph with the selection in front of `made`, which are then of the selected position alone. */
function moved(graph: Graph, selection: Node, made: ReadonlySet<Node>): Graph {
  const data = graph.values.get(selection.inputs[0]!)!;
  const sequence = data.shape.slice(0, 2).join();
  const isSequence = (name: string) => {
    const shape = graph.values.get(name)?.shape;
    return shape?.length === 3 && shape.slice(0, 2).join() === sequence;
  };
  const small = new Map<string, string>();
  const replace = (b: GraphBuilder, node: Node): boolean => {
    if (node === selection) {
      renameOutputs(b, node, [b.value(small.get(data.name)!)]);
      return true;
    }
    if (!made.has(node)) return false;
    const selected = (name: string): string => {
      if (name === "" || !isSequence(name)) return name;
      const known = small.get(name);
      if (known !== undefined) return known;
      const index = b.value(selection.inputs[1]!);
      const value = b.scope(selection.name, () => b.op("Gather", [b.value(name), index], { axis: POSITIONS }));
      small.set(name, value.name);
      return value.name;
    };
    const inputs = node.inputs.map(selected);
    const attributes = NORMS.has(node.opType)
      ? { ...node.attributes, axis: { type: "int", value: -1 } as const }
      : node.attributes;
    b.addNode({ ...node, inputs, attributes });
    small.set(node.outputs[0]!, node.outputs[0]!);
    return true;
  };
  return GraphBuilder.from(graph, { replace, mustFit: () => false }).build();
}
