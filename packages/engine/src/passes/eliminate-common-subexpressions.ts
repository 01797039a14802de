import type { Attribute, Graph, Node } from "../graph/graph.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { namesCapturedBy } from "./names-read.ts";
import { RANDOM_OPERATORS } from "./random-operators.ts";
import { withKnownValues } from "./remove-dead-nodes.ts";

/** Tensor attributes of more elements count as equal only if they are the same object. */
const MAX_COMPARED = 1024;

/**
 * Computes once what several nodes compute: of nodes with the same operator, inputs and attributes the first stays.
 *
 * Graph outputs, and values that graphs inside nodes read, keep their own nodes, as their names must stay. Equal initializers are not
 * merged: two parameters may start out equal.
 */
export function eliminateCommonSubexpressions(graph: Graph): Graph {
  const fixed = new Set([...graph.outputs.map((output) => output.name), ...graph.nodes.flatMap(namesCapturedBy)]);
  const renamed = new Map<string, string>();
  const firsts = new Map<string, Node>();
  const identify = identifier();
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    const isChanged = original.inputs.some((name) => renamed.has(name));
    const node = isChanged
      ? Object.freeze({ ...original, inputs: original.inputs.map((name) => renamed.get(name) ?? name) })
      : original;
    const key = keyOf(node, identify);
    const first = key === undefined ? undefined : firsts.get(key);
    if (first !== undefined && !node.outputs.some((name) => fixed.has(name))) {
      for (const [i, name] of node.outputs.entries()) renamed.set(name, first.outputs[i]!);
      continue;
    }
    if (key !== undefined && first === undefined) firsts.set(key, node);
    nodes.push(node);
  }
  return nodes.length === graph.nodes.length ? graph : withKnownValues({ ...graph, nodes });
}

/** Numbers objects in the order in which they are met. */
function identifier(): (object: object) => number {
  const numbers = new Map<object, number>();
  return (object) => {
    const known = numbers.get(object);
    if (known !== undefined) return known;
    numbers.set(object, numbers.size);
    return numbers.size - 1;
  };
}

/** Equal for nodes that compute the same; `undefined` for nodes that may not. */
function keyOf(node: Node, identify: (object: object) => number): string | undefined {
  if (RANDOM_OPERATORS.has(node.opType)) return undefined;
  const attributes: [string, unknown][] = [];
  for (const name of Object.keys(node.attributes).sort()) {
    const attribute = node.attributes[name]!;
    if (attribute.type === "graph") return undefined;
    attributes.push([name, comparable(attribute, identify)]);
  }
  const present = node.outputs.map((name) => name !== "");
  return JSON.stringify([node.domain, node.opType, node.inputs, present, attributes]);
}

function comparable(attribute: Exclude<Attribute, { type: "graph" }>, identify: (object: object) => number): unknown {
  if (attribute.type === "tensor") return ["tensor", comparableTensor(attribute.value, identify)];
  if (attribute.type === "float") return ["float", exactText(attribute.value)];
  if (attribute.type === "floats") return ["floats", attribute.value.map(exactText)];
  return [attribute.type, attribute.value];
}

function comparableTensor(tensor: AnyTensor, identify: (object: object) => number): unknown {
  const { dtype, shape, data } = tensor;
  if (data.length > MAX_COMPARED) return identify(tensor);
  return [dtype, shape, Array.from(data as Iterable<number | bigint | string>, exactText)];
}

/** Tells −0 from 0, and the numbers apart that JSON does not know. */
function exactText(value: number | bigint | string): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
