import { ModelwrightError } from "@modelwright/contracts";
import {
  type Graph,
  OLDEST_OPSET,
  OPSET,
  removeDeadNodes,
  showShape,
  type Tensor,
  upgradedNode,
  type Value,
} from "@modelwright/engine";
import { adaptedNode } from "./imported-graph/adapted-node.ts";
import { learnedInitializers } from "./imported-graph/learned-initializers.ts";
import { mapNode } from "./imported-graph/map-graph.ts";
import type { LayerContext } from "./layer-context.ts";

export interface GraphLayerOptions<Output extends string = string> {
  /** Names of the values to return: outputs of the graph, or any value inside it. Default: the graph's outputs. */
  readonly outputs?: readonly Output[];
  /**
   * Which float32 initializers become parameters; the others stay constants. Default: all but scalars and those that a node reads as a bound,
   * a scale, a table of angles or a running statistic. A table of fixed positions looks like weights, too: leave it out here.
   */
  readonly parameters?: (name: string, tensor: Tensor) => boolean;
  /**
   * Beginnings of the names of the weights and nodes of each layer, `layer0.`: what training may compute again instead of keeping it, and by
   * which `last:N` tells layers. Default: none.
   */
  readonly layers?: readonly string[];
}

/**
 * Puts an imported graph into a model as a layer: `decodeModel(bytes)`, then a head on what it returns, then `trainModel`.
 *
 * Its weights become parameters, under their own names behind the current scope; a training without given weights starts from the file's.
 * Products with a matrix `<layer>.weight` and rows of one are layers to which the build may add adapters.
 * Weights of rank 1 (biases, norms) are spared by weight decay. Only what the asked-for values need is taken over. Dropout and batch
 * normalisation stay as inference runs them. Used again in the same scope, the graph shares its weights; give another graph a scope of its
 * own.
 *
 * @param graph Of opset 13 to 20.
 * @param inputs A value for each input of the graph that is needed, by its name, of the same dtype and rank.
 * @returns The values by name.
 * @throws {ModelwrightError} `MODEL_GRAPH_UNFIT` for another opset, inputs that do not fit, an unknown name, or a weight whose name the scope
 * has already; `ENGINE_OPERATOR_UNKNOWN`.
 *
 * @example
 * const { last_hidden_state } = graphLayer(c, graph, { input_ids, attention_mask }, { outputs: ["last_hidden_state"] });
 */
export function graphLayer<const Output extends string = string>(
  c: LayerContext,
  graph: Graph,
  inputs: Readonly<Record<string, Value>>,
  options: GraphLayerOptions<Output> = {},
): Readonly<Record<Output, Value>> {
  const { b } = c;
  const { outputs = graph.outputs.map(({ name }) => name) as Output[] } = options;
  const opset = checkOpset(graph);
  const needed = removeDeadNodes({ ...graph, outputs: outputs.map((name) => namedValue(graph, name)) });
  const names = new Map<string, string>();
  for (const [name, { name: theirs }] of connected(needed, inputs)) names.set(name, theirs);
  const isLearned = learnedBy(needed, options);
  const isWeight = (name: string) => needed.initializers.has(name) && isLearned(name);
  for (const [name, tensor] of needed.initializers) {
    if (isLearned(name)) names.set(name, weight(c, graph, name, tensor as Tensor<"float32">).name);
  }
  const unused = unusedPrefix(c, needed, names);
  const rename = (name: string) => names.get(name) ?? b.scoped(`${unused}${name}`);
  for (const [name, tensor] of needed.initializers) if (!names.has(name)) b.initializer(rename(name), tensor);
  const makeInts = (values: readonly number[]) => b.ints(values).name;
  const move = { name: rename, node: (node: Graph["nodes"][number]) => upgradedNode(node, { opset, makeInts }) };
  for (const layer of options.layers ?? []) c.segment(layer.replace(/\.$/, ""), () => {});
  for (const node of needed.nodes) {
    const adapted = adaptedNode(c, node, { isWeight, rename });
    if (adapted === undefined) b.addNode(mapNode(node, move));
    else names.set(node.outputs[0]!, adapted.name);
  }
  return Object.fromEntries(outputs.map((name) => [name, b.value(rename(name))])) as Record<Output, Value>;
}

function checkOpset(graph: Graph): number {
  const opset = graph.opsets[""] ?? 0;
  if (opset >= OLDEST_OPSET && opset <= OPSET) return opset;
  return unfit(graph, `an imported layer is of opset ${OLDEST_OPSET} to ${OPSET}`, `opset ${opset}`);
}

function namedValue(graph: Graph, name: string): Value {
  return graph.values.get(name) ?? unfit(graph, "a value that is asked for is in the graph", `"${name}"`);
}

/** The caller's value for each input that the graph needs. */
function connected(graph: Graph, inputs: Readonly<Record<string, Value>>): Map<string, Value> {
  const declared = new Set(graph.inputs.map(({ name }) => name));
  const stranger = Object.keys(inputs).find((name) => !declared.has(name));
  if (stranger !== undefined) unfit(graph, `its inputs are ${quoted(declared)}`, `"${stranger}"`);
  const read = new Set(namesRead(graph));
  const given = new Map<string, Value>();
  for (const input of graph.inputs) {
    const value = Object.hasOwn(inputs, input.name) ? inputs[input.name] : undefined;
    if (value !== undefined && fits(input, value)) given.set(input.name, value);
    else if (value !== undefined) unfit(graph, `input "${input.name}" is ${described(input)}`, described(value));
    else if (read.has(input.name)) unfit(graph, "each input that is read is given", `no "${input.name}"`);
  }
  return given;
}

/** What the graph's nodes and outputs read, the graphs inside the nodes included. */
function namesRead({ nodes, outputs }: Graph): string[] {
  const inside = nodes.flatMap(({ attributes }) =>
    Object.values(attributes).flatMap((attribute) => (attribute.type === "graph" ? namesRead(attribute.value) : [])),
  );
  return [...nodes.flatMap(({ inputs }) => inputs), ...outputs.map(({ name }) => name), ...inside];
}

function fits(input: Value, { dtype, shape }: Value): boolean {
  const sizesFit = input.shape.every((size, axis) => {
    const given = shape[axis];
    return typeof size !== "number" || typeof given !== "number" || size === given;
  });
  return dtype === input.dtype && shape.length === input.shape.length && sizesFit;
}

function learnedBy(graph: Graph, { parameters }: GraphLayerOptions): (name: string) => boolean {
  if (parameters === undefined) {
    const learned = learnedInitializers(graph);
    return (name) => learned.has(name);
  }
  return (name) => {
    const tensor = graph.initializers.get(name)!;
    return tensor.dtype === "float32" && parameters(name, tensor);
  };
}

/** The weights of the graphs in each model: whether a name met again is the same graph's. */
const weights = new WeakMap<LayerContext, Map<string, Tensor>>();

function weight(c: LayerContext, graph: Graph, name: string, tensor: Tensor<"float32">): Value {
  const known = weights.get(c) ?? new Map<string, Tensor>();
  weights.set(c, known);
  const full = c.b.scoped(name);
  if (c.parameters.has(full) && known.get(full) !== tensor) {
    unfit(graph, "weights of one name in one scope are those of one graph", `another "${full}"`);
  }
  known.set(full, tensor);
  return c.parameter(name, tensor.shape, { initializer: () => tensor.data, decay: tensor.shape.length > 1 });
}

/** What to put in front of the graph's names so that none of them is taken: nothing, or `1.`, `2.` … */
function unusedPrefix(c: LayerContext, graph: Graph, known: ReadonlyMap<string, string>): string {
  const written = [...graph.initializers.keys(), ...graph.nodes.flatMap(({ outputs }) => outputs)];
  const own = written.filter((name) => name !== "" && !known.has(name));
  for (let use = 0; ; use++) {
    const prefix = use === 0 ? "" : `${use}.`;
    if (!own.some((name) => c.b.has(c.b.scoped(`${prefix}${name}`)))) return prefix;
  }
}

function described({ dtype, shape }: Value): string {
  return `${dtype} ${showShape(shape)}`;
}

function quoted(names: Iterable<string>): string {
  return Array.from(names, (name) => `"${name}"`).join(", ");
}

function unfit(graph: Graph, rule: string, got: string): never {
  throw new ModelwrightError("MODEL_GRAPH_UNFIT", { graph: graph.name, rule, got });
}
