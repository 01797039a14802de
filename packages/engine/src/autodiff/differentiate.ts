import { ModelwrightError } from "@modelwright/contracts";
import { isDescribed, NEWEST_OPSET } from "../graph/check-node.ts";
import type { Emitter } from "../graph/emitter.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import { OLDEST_OPSET, upgradedGraph } from "../graph/opset-upgrades.ts";
import type { AttributeSpecs, GradientContext } from "../ops/operator.ts";
import { placeValues } from "../ops/places.ts";
import { resolveAttributes } from "../ops/resolve-attributes.ts";
import { withShape } from "../ops/shape-values.ts";
import { findOperator } from "../ops/table.ts";
import { namesRead } from "../passes/names-read.ts";
import { DTYPES, numericDType } from "../tensor/dtype.ts";
import { expandFusedOperators } from "./expand-fused-operators.ts";
import { RecomputedSegments } from "./recompute-segments.ts";
import { recordForwardPass } from "./record-forward-pass.ts";
import { outputRowGradient, rowReaders } from "./row-gradients.ts";

/** The name under which the gradient of a parameter leaves the graph. */
export function gradientName(parameter: string): string {
  return `${parameter}.grad`;
}

/**
 * Appends the backward pass of a scalar loss to a graph (reverse-mode differentiation).
 *
 * A pure function of graphs: the result has all outputs of `graph` and, for each parameter, an output `<parameter>.grad` of its shape. A
 * graph of an opset before 18 becomes one of opset 18, in which gradients are written.
 * Only nodes on a path from a parameter to the loss are visited; others may be of any operator. A parameter that the loss does not depend
 * on gets zeros.
 *
 * @param options.loss Name of a float value with one element.
 * @param options.parameters Names of float inputs or initializers.
 * @param options.byRows Whether a parameter that only one Gather along axis 0 reads gets its gradient as the rows that were read: the outputs
 * `<parameter>.grad.rows` `[n, …]` and `<parameter>.grad.indices` `[n]`, int32, where an index may return or be negative, instead of
 * `<parameter>.grad`, which would be zeros but for these. Default false.
 * @param options.recompute Beginnings of node names, `decoder.layer0.`: what the nodes of one beginning compute for each other is computed
 * again in the backward pass instead of being kept, which trades time for memory (gradient checkpointing). Default: everything is kept.
 * @param options.detached Names of values that count as constants: no gradient goes through them. Default: none.
 * @throws {ModelwrightError} `ENGINE_NOT_DIFFERENTIABLE` naming the node that stops the gradient, `ENGINE_OPERATOR_UNKNOWN`,
 * `ENGINE_GRAPH_INVALID` for an unknown name and for a graph of an opset before 13 or after 25, `ENGINE_SHAPE_MISMATCH` for a parameter of texts.
 */
export function differentiate(
  original: Graph,
  options: {
    readonly loss: string;
    readonly parameters: readonly string[];
    readonly byRows?: boolean;
    readonly recompute?: readonly string[];
    readonly detached?: readonly string[];
  },
): Graph {
  checkOpset(original);
  const graph = upgradedGraph(original);
  for (const name of options.parameters) {
    const value = graph.values.get(name);
    if (value !== undefined) numericDType(value.dtype, `parameter "${name}"`);
  }
  const expanded = expandFusedOperators(graph, passesGradient(graph, options));
  const active = activeValues(expanded, options);
  const { b, recorded } = recordForwardPass(expanded, { active, mustFit: passesGradient(expanded, options) });
  const loss = b.value(options.loss);
  if (loss.shape.some((size) => size !== 1) || !DTYPES[loss.dtype].isFloat) {
    throw new ModelwrightError("ENGINE_GRAPH_INVALID", {
      where: `loss "${loss.name}"`,
      rule: "a loss is one float",
      got: `${loss.dtype} [${loss.shape.join(", ")}]`,
    });
  }
  const gradients = new Map<string, Value>([[loss.name, b.constant(loss.dtype, loss.shape.map(Number), [1])]]);
  const readers = options.byRows === true ? rowReaders(expanded, options.parameters) : new Map<Node, string>();
  const byRows = new Set<string>();
  const segments = new RecomputedSegments(b, expanded, {
    prefixes: options.recompute ?? [],
    parameters: options.parameters,
    gradients,
    isKept: (node) => recorded.has(node),
  });
  b.scope("backward", () => {
    for (const node of expanded.nodes.toReversed()) {
      if (!node.outputs.some((name) => gradients.has(name) && active.has(name))) continue;
      const table = readers.get(node);
      if (table === undefined) {
        backpropagate(b, node, { active, gradients, segments, recorded: recorded.get(node) ?? [] });
        continue;
      }
      const [parameter, indices, dy] = [b.value(table), b.value(node.inputs[1]!), gradients.get(node.outputs[0]!)!];
      b.scope(node.name, () => outputRowGradient(b, { parameter, indices, dy }));
      byRows.add(table);
    }
  });
  for (const parameter of options.parameters) {
    if (byRows.has(parameter)) continue;
    const gradient = gradients.get(parameter) ?? zerosLike(b, b.value(parameter));
    b.output(gradient, gradientName(parameter));
  }
  return b.build();
}

function checkOpset({ name, opsets }: Graph): void {
  if (isDescribed("", opsets)) return;
  throw new ModelwrightError("ENGINE_GRAPH_INVALID", {
    where: `graph "${name}"`,
    rule: `a gradient is built in opset ${OLDEST_OPSET} to ${NEWEST_OPSET}`,
    got: `opset ${opsets[""] ?? "none"}`,
  });
}

interface Dependence {
  readonly parameters: readonly string[];
  readonly detached?: readonly string[];
}

/** Float values that depend on a parameter in a way that a gradient goes, and those of no known type. */
function activeValues(graph: Graph, { parameters, detached = [] }: Dependence): Set<string> {
  const active = new Set(parameters);
  const constants = new Set(detached);
  for (const node of graph.nodes) {
    if (!namesRead(node).some((name) => active.has(name))) continue;
    for (const name of node.outputs) {
      const dtype = graph.values.get(name)?.dtype;
      if (name === "" || constants.has(name)) continue;
      if (dtype === undefined || DTYPES[dtype].isFloat) active.add(name);
    }
  }
  return active;
}

/** Whether a node lies between a parameter and the loss. */
function passesGradient(
  graph: Graph,
  { loss, ...dependence }: Dependence & { readonly loss: string },
): (node: Node) => boolean {
  const active = activeValues(graph, dependence);
  const leading = namesLeadingTo(graph, loss);
  return (node) => namesRead(node).some((name) => active.has(name)) && node.outputs.some((name) => leading.has(name));
}

/** The value of this name and all that it depends on. */
function namesLeadingTo(graph: Graph, name: string): Set<string> {
  const leading = new Set([name]);
  for (const node of graph.nodes.toReversed()) {
    if (node.outputs.some((output) => leading.has(output))) for (const read of namesRead(node)) leading.add(read);
  }
  return leading;
}

/** Adds one node's contribution to the gradients of its inputs. */
function backpropagate(
  b: Emitter,
  node: Node,
  state: {
    active: ReadonlySet<string>;
    gradients: Map<string, Value>;
    segments: RecomputedSegments;
    recorded: readonly Value[];
  },
): void {
  const { active, gradients, segments, recorded } = state;
  const operator = findOperator(node.opType, node.domain);
  if (operator === undefined) {
    throw new ModelwrightError("ENGINE_OPERATOR_UNKNOWN", {
      node: node.name,
      opType: node.opType,
      domain: node.domain,
    });
  }
  const { gradient } = operator;
  if ("decompose" in gradient) throw new Error(`${node.opType} "${node.name}" was to be expanded before its gradient`);
  if ("notDifferentiable" in gradient) {
    throw new ModelwrightError("ENGINE_NOT_DIFFERENTIABLE", {
      node: node.name,
      opType: node.opType,
      reason: gradient.notDifferentiable,
    });
  }
  const dys = node.outputs.map((name) => gradients.get(name));
  const known = dys.find((dy) => dy !== undefined)!;
  const read = (name: string) => (name === "" ? undefined : segments.value(name, node, known));
  const inputs = placeValues(operator.inputs, node.inputs.map(read));
  const outputs = placeValues(operator.outputs, node.outputs.map(read));
  const rule = (context: GradientContext<AttributeSpecs>) =>
    "backward" in gradient ? gradient.backward(context, recorded) : gradient(context);
  const dxs = b.scope(node.name, () =>
    rule({
      b,
      inputs,
      outputs,
      attributes: resolveAttributes(operator, node.attributes),
      dys,
      dy: dys[0] as Value,
      needs: (input) => active.has(node.inputs[input] ?? ""),
    }),
  );
  node.inputs.forEach((name, i) => {
    const given = dxs[i];
    if (given === undefined || !active.has(name)) return;
    // A rule may name the sizes of a gradient in another way than those of what it belongs to.
    const dx = withShape(b, given, b.value(name));
    const sum = gradients.get(name);
    gradients.set(name, sum === undefined ? dx : b.op("Add", [sum, dx]));
  });
}

function zerosLike(b: Emitter, value: Value): Value {
  return b.op("Mul", [value, b.scalar(0, value.dtype)]);
}
