import { ModelwrightError } from "@modelwright/contracts";
import { contentsOf } from "../graph/builder.ts";
import {
  checkNode,
  isDescribed,
  NEWEST_OPSET,
  refuseNode,
  refuseUnknown,
  tooManyOutputs,
} from "../graph/check-node.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import { OLDEST_OPSET } from "../graph/opset-upgrades.ts";
import type { AnyReference, InferredType, Operator, ReferenceTensor, StringKernel } from "../ops/operator.ts";
import { placeValues } from "../ops/places.ts";
import { resolveAttributes } from "../ops/resolve-attributes.ts";
import { findOperator } from "../ops/table.ts";
import { factorsOf, type Shape, showShape } from "../tensor/shape.ts";
import { fromReference, toReference } from "./reference-tensor.ts";
import { StringCodes } from "./string-codes.ts";

/**
 * Runs a graph in float64 by the operators' definitions. Slow; the oracle of the gradient check and of the runtimes.
 *
 * Every value is compared with its type on the way, so the shape rules are checked too.
 *
 * @param feeds One tensor for each input of the graph.
 * @returns Every value of the graph by name, outputs included; texts on the way to them are left out.
 * @throws {ModelwrightError} `ENGINE_GRAPH_INVALID` for a missing feed and for opsets before 13 or after 25, `ENGINE_SHAPE_MISMATCH` for a feed, or a value that a
 * node makes, of another dtype or shape than the graph says and for an output of texts, `ENGINE_OPERATOR_UNKNOWN`, `ENGINE_NODE_INVALID`.
 */
export function evaluate(graph: Graph, feeds: Readonly<Record<string, ReferenceTensor>>): Map<string, ReferenceTensor> {
  return numbersOnly(graph, evaluateWithStrings(graph, feeds));
}

/** As `evaluate`, for graphs in which texts may be read, passed on and made. */
export function evaluateWithStrings(
  graph: Graph,
  feeds: Readonly<Record<string, AnyReference>>,
): Map<string, AnyReference> {
  checkOpset(graph);
  return evaluateWithin(graph, feeds, () => undefined);
}

/** In other opsets an operator of the same name may compute something else: Softmax before 13, Clip before 11. */
function checkOpset({ name, opsets, nodes }: Graph): void {
  if (isDescribed("", opsets) || nodes.every(({ domain }) => domain !== "")) return;
  throw new ModelwrightError("ENGINE_GRAPH_INVALID", {
    where: `graph "${name}"`,
    rule: `the interpreter computes operators as opset ${OLDEST_OPSET} to ${NEWEST_OPSET} define them`,
    got: `opset ${opsets[""] ?? "none"}`,
  });
}

type Lookup = (name: string) => AnyReference | undefined;

function numbersOnly(graph: Graph, values: ReadonlyMap<string, AnyReference>): Map<string, ReferenceTensor> {
  const numbers = new Map<string, ReferenceTensor>();
  for (const [name, value] of values) {
    if (value.dtype !== "string") numbers.set(name, value);
    else if (graph.outputs.some((output) => output.name === name)) refuseText(graph, name);
  }
  return numbers;
}

function refuseText(graph: Graph, name: string): never {
  throw new ModelwrightError("ENGINE_SHAPE_MISMATCH", {
    where: `graph "${graph.name}"`,
    rule: "outputs are numbers or bools (evaluateWithStrings gives texts too)",
    got: `"${name}" of texts`,
  });
}

/** @param outer Gives the values around a graph inside a node. */
function evaluateWithin(
  graph: Graph,
  feeds: Readonly<Record<string, AnyReference>>,
  outer: Lookup,
): Map<string, AnyReference> {
  const values = new Map<string, AnyReference>();
  const lookup: Lookup = (name) => values.get(name) ?? outer(name);
  const sizes = new Map<string, number>();
  for (const [name, tensor] of graph.initializers) values.set(name, toReference(tensor));
  for (const input of graph.inputs) {
    const feed = feeds[input.name];
    if (feed === undefined) {
      throw new ModelwrightError("ENGINE_GRAPH_INVALID", {
        where: `graph "${graph.name}"`,
        rule: "every input is fed",
        got: `nothing for "${input.name}"`,
      });
    }
    const mismatch = typeMismatch(input, feed, sizes);
    if (mismatch !== undefined) {
      throw new ModelwrightError("ENGINE_SHAPE_MISMATCH", { where: `input "${input.name}"`, ...mismatch });
    }
    values.set(input.name, feed);
  }
  for (const node of graph.nodes) {
    const outputs = evaluateNode(node, lookup);
    for (const [i, name] of node.outputs.entries()) {
      if (name === "") continue;
      const output = outputs[i];
      if (output === undefined) throw new Error(`${node.opType}: its reference gave ${outputs.length} outputs`);
      const type = graph.values.get(name);
      const mismatch = type === undefined ? undefined : typeMismatch(type, output, sizes);
      if (mismatch !== undefined) {
        throw new ModelwrightError("ENGINE_SHAPE_MISMATCH", { where: `${node.opType} "${name}"`, ...mismatch });
      }
      values.set(name, output);
    }
  }
  return values;
}

function evaluateNode(node: Node, lookup: Lookup): readonly AnyReference[] {
  const operator = findOperator(node.opType, node.domain);
  if (operator === undefined) refuseUnknown(node);
  checkNode(node, { operator });
  const inputs = node.inputs.map((name) => {
    const value = lookup(name);
    if (name !== "" && value === undefined)
      throw new Error(`${node.opType} "${node.name}": "${name}" has no value yet`);
    return value;
  });
  const placed = placeValues(operator.inputs, inputs);
  const types = inferTypes(node, operator, placed);
  if (types.length < node.outputs.length)
    refuseNode(node, { rule: tooManyOutputs(types.length), got: `${node.outputs.length}` });
  const context = {
    attributes: resolveAttributes(operator, node.attributes),
    outputCount: node.outputs.length,
    evaluateBody: (body: Graph, feeds: Readonly<Record<string, ReferenceTensor>>) =>
      numbersOnly(body, evaluateWithin(body, feeds, lookup)),
  };
  if (operator.strings === "read") return (operator as unknown as StringKernel).reference(placed, context);
  const codes = new StringCodes();
  const outputs: readonly AnyReference[] = operator.reference(
    placed.map((input) => input && codes.encode(input)),
    context,
  );
  const decoded = outputs.map((output, i) => {
    return types[i]?.dtype === "string" && output.dtype !== "string" ? codes.decode(output) : output;
  });
  expectTypes(node, types, decoded);
  return decoded;
}

/** A difference is a fault of the operator's row. */
function expectTypes(node: Node, types: readonly InferredType[], outputs: readonly AnyReference[]): void {
  const sizes = new Map<string, number>();
  for (const [i, name] of node.outputs.entries()) {
    const [type, output] = [types[i], outputs[i]];
    if (name === "" || type === undefined || output === undefined) continue;
    const mismatch = typeMismatch({ name, ...type }, output, sizes);
    if (mismatch !== undefined)
      throw new Error(`${node.opType} "${name}": its shape rule says ${mismatch.rule}, its reference ${mismatch.got}`);
  }
}

/** Asks the shape rule, which refuses the forms that the reference does not compute, now that all sizes are known. */
function inferTypes(
  node: Node,
  operator: Operator,
  inputs: readonly (AnyReference | undefined)[],
): readonly InferredType[] {
  const where = `${node.opType} "${node.name}"`;
  return operator.infer({
    where,
    inputs: inputs.map((input, i) => input && { name: node.inputs[i]!, dtype: input.dtype, shape: input.shape }),
    attributes: resolveAttributes(operator, node.attributes),
    outputCount: node.outputs.length,
    contents: (input) => contentsOf(inputs[input]),
    constant: (input) => {
      const value = inputs[input];
      return value === undefined || value.dtype === "string" ? undefined : fromReference(value);
    },
    fail: (rule, got) => {
      throw new ModelwrightError("ENGINE_SHAPE_MISMATCH", { where, rule, got });
    },
  });
}

/** How a tensor differs from its type. Symbols seen for the first time are bound to the size found; sums are not checked. */
function typeMismatch(
  type: Value,
  tensor: AnyReference,
  sizes: Map<string, number>,
): { rule: string; got: string } | undefined {
  const fits =
    type.dtype === tensor.dtype &&
    type.shape.length === tensor.shape.length &&
    tensor.shape.every((size, axis) => sizeOf(type.shape, axis, size, sizes) === size);
  if (fits) return undefined;
  return { rule: `${type.dtype} ${showShape(type.shape)}`, got: `${tensor.dtype} ${showShape(tensor.shape)}` };
}

function sizeOf(shape: Shape, axis: number, found: number, sizes: Map<string, number>): number {
  const dimension = shape[axis]!;
  if (typeof dimension === "number") return dimension;
  const factors = factorsOf(dimension);
  if (factors.length > 1 && factors.every((factor) => sizes.has(factor) || /^\d+$/.test(factor)))
    return factors.reduce((product, factor) => product * (sizes.get(factor) ?? Number(factor)), 1);
  if (!sizes.has(dimension)) sizes.set(dimension, found);
  return sizes.get(dimension)!;
}
