import { GraphBuilder } from "../graph/builder.ts";
import { isDescribed } from "../graph/check-node.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { tryAddNode } from "../graph/try-add-node.ts";
import { knownNumbers } from "../ops/shape-values.ts";
import { evaluateWithStrings } from "../reference/evaluate.ts";
import { fromReference, toReference } from "../reference/reference-tensor.ts";
import { numericDType } from "../tensor/dtype.ts";
import { isStatic } from "../tensor/shape.ts";
import { type AnyTensor, elementCount, isNumeric, tensorFrom } from "../tensor/tensor.ts";
import { COSTLY_OPERATORS } from "./costly-operators.ts";
import { namesCapturedBy } from "./names-read.ts";
import { RANDOM_OPERATORS } from "./random-operators.ts";
import { withKnownValues } from "./remove-dead-nodes.ts";

/**
 * Replaces nodes whose outputs do not depend on the inputs by initializers of the same names: those with constant inputs, computed in
 * float64 and rounded, and small integers that shape inference knows, such as known sizes.
 *
 * Initializers count as constants, so a graph that is still to be trained must have its parameters as inputs. Graph outputs are kept as
 * nodes, and graphs of opsets before 13 or after 25, in which operators mean something else than our reference, as they are.
 *
 * @param options.maxElements A node with more elements in its inputs and outputs together is left alone. Default 65,536.
 */
export function foldConstants(graph: Graph, options: { maxElements?: number } = {}): Graph {
  const { maxElements = 65_536 } = options;
  const initializers = new Map(graph.initializers);
  const outputs = new Set(graph.outputs.map((output) => output.name));
  if (!isDescribed("", graph.opsets)) return graph;
  const { nodes: fitting, contents } = infer(graph);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const mayFold = fitting.has(node) && !node.outputs.some((name) => outputs.has(name));
    const folded = mayFold
      ? (foldedContents(graph, node, contents) ?? foldedNode(graph, node, { initializers, maxElements }))
      : undefined;
    if (folded === undefined) nodes.push(node);
    else for (const [name, tensor] of folded) initializers.set(name, tensor);
  }
  return nodes.length === graph.nodes.length ? graph : withKnownValues({ ...graph, nodes, initializers });
}

interface Inferred {
  /** Nodes that our rule for their operator fits. */
  readonly nodes: ReadonlySet<Node>;
  /** The integer values that are known in full. */
  readonly contents: ReadonlyMap<string, readonly number[]>;
}

function infer(graph: Graph): Inferred {
  const typed = new GraphBuilder({ name: graph.name, opsets: graph.opsets });
  const nodes = new Set<Node>();
  const contents = new Map<string, readonly number[]>();
  for (const input of graph.inputs) typed.input(input.name, input.dtype, input.shape);
  for (const [name, tensor] of graph.initializers) typed.initializer(name, tensor);
  for (const node of graph.nodes) {
    if (tryAddNode(typed, node, (name) => graph.values.get(name))) nodes.add(node);
    for (const name of node.outputs) {
      const numbers = typed.has(name) ? knownNumbers(typed.contents(typed.value(name))) : undefined;
      if (numbers !== undefined) contents.set(name, numbers);
    }
  }
  return { nodes, contents };
}

function foldedContents(
  graph: Graph,
  node: Node,
  contents: ReadonlyMap<string, readonly number[]>,
): [string, AnyTensor][] | undefined {
  const [name] = node.outputs;
  const value = graph.values.get(name ?? "");
  const numbers = contents.get(name ?? "");
  if (node.outputs.length !== 1 || value === undefined || numbers === undefined) return undefined;
  if (!isStatic(value.shape) || elementCount(value.shape) !== numbers.length || !numbers.every(Number.isSafeInteger)) {
    return undefined;
  }
  return [[value.name, tensorFrom(numericDType(value.dtype), value.shape, numbers)]];
}

function foldedNode(
  graph: Graph,
  node: Node,
  { initializers, maxElements }: { initializers: ReadonlyMap<string, AnyTensor>; maxElements: number },
): [string, AnyTensor][] | undefined {
  const isLeft = RANDOM_OPERATORS.has(node.opType) || COSTLY_OPERATORS.has(node.opType);
  if (isLeft || namesCapturedBy(node).length > 0) return undefined;
  const inputs = new Map<string, AnyTensor>();
  for (const name of node.inputs) {
    const tensor = initializers.get(name);
    if (tensor !== undefined) inputs.set(name, tensor);
    else if (name !== "") return undefined;
  }
  const outputs = node.outputs.flatMap((name) => graph.values.get(name) ?? []);
  if (outputs.length !== node.outputs.filter((name) => name !== "").length) return undefined;
  const shapes = [...[...inputs.values()].map((tensor) => tensor.shape), ...outputs.map((output) => output.shape)];
  if (!shapes.every(isStatic)) return undefined;
  if (shapes.reduce((sum, shape) => sum + elementCount(shape), 0) > maxElements) return undefined;
  if (![...inputs.values()].every(isExact)) return undefined;
  const constants = [...inputs].map(([name, tensor]) => ({ name, dtype: tensor.dtype, shape: tensor.shape }));
  const single: Graph = { ...graph, inputs: constants, outputs, initializers: new Map(), nodes: [node] };
  const feeds = Object.fromEntries([...inputs].map(([name, tensor]) => [name, toReference(tensor)]));
  const results = evaluateWithStrings(single, feeds);
  const folded = outputs.map(({ name }): [string, AnyTensor] => [name, fromReference(results.get(name)!)]);
  return folded.every(([, tensor]) => isExact(tensor)) ? folded : undefined;
}

/** True when float64 holds every element: 64-bit integers beyond 2^53 do not fold. */
function isExact(tensor: AnyTensor): boolean {
  if (!isNumeric(tensor)) return true;
  const { data } = tensor;
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return true;
  return data.every((element: bigint) => Number.isSafeInteger(Number(element)));
}
