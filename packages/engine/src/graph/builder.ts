import { ModelwrightError } from "@modelwright/contracts";
import type { InferredType, Operator } from "../ops/operator.ts";
import { placeValues } from "../ops/places.ts";
import { resolveAttributes } from "../ops/resolve-attributes.ts";
import { unknownDimension } from "../ops/shape-values.ts";
import { findOperator } from "../ops/table.ts";
import { computeSmall } from "../reference/compute-small.ts";
import { type DType, numericDType } from "../tensor/dtype.ts";
import { type Dimension, type Shape, showShape } from "../tensor/shape.ts";
import { type AnyTensor, isNumeric, type Tensor, tensor, tensorFrom } from "../tensor/tensor.ts";
import { checkAttributes, checkNode, refuseNode, refuseUnknown, tooManyOutputs } from "./check-node.ts";
import type { GraphEmitter, PlainAttributes } from "./emitter.ts";
import { type Attribute, type Graph, MICROSOFT_DOMAIN, ML_DOMAIN, type Node, OPSET, type Value } from "./graph.ts";

/**
 * Names of sizes made of two others double in length from node to node; a longer one gets a name of its own.
 */
const MAX_NAME_LENGTH = 200;

/** Integer constants of at most this many elements take part in shape inference. */
const MAX_CONTENTS = 64;

/**
 * Builds an immutable `Graph`, inferring every type as nodes are added.
 *
 * Names are made from the scope and the operator, so that the same program gives the same graph.
 */
export class GraphBuilder implements GraphEmitter {
  readonly #name: string;
  readonly #opsets: Record<string, number>;
  readonly #outer: GraphBuilder | undefined;
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  readonly #initializers = new Map<string, AnyTensor>();
  readonly #nodes: Node[] = [];
  readonly #values = new Map<string, Value>();
  readonly #contents = new Map<string, readonly Dimension[]>();
  /** Values that nodes make of small constants. */
  readonly #computed = new Map<string, Tensor>();
  /** Why a value has no type. */
  readonly #untyped = new Map<string, ModelwrightError>();
  readonly #constants = new Map<string, Value>();
  readonly #counters = new Map<string, number>();
  #scope = "";

  /** @param options.outer Builds the graph around this one, whose values nodes may read. Default: none. */
  constructor(options: { name: string; opsets?: Readonly<Record<string, number>>; outer?: GraphBuilder }) {
    this.#name = options.name;
    this.#outer = options.outer;
    this.#opsets = { "": OPSET, [MICROSOFT_DOMAIN]: 1, ...options.opsets };
  }

  /**
   * A builder that continues a finished graph; the outputs are kept.
   *
   * @param options.replace Makes the outputs of a node in another way and returns true; false keeps the node.
   * Default: every node is kept.
   * @param options.mustFit Whether a node is to be one that a rule types. Others keep the types that the
   * graph gives their outputs where no rule does. Default: every node is.
   */
  static from(
    graph: Graph,
    options: {
      readonly replace?: (builder: GraphBuilder, node: Node) => boolean;
      readonly mustFit?: (node: Node) => boolean;
    } = {},
  ): GraphBuilder {
    const { replace, mustFit = () => true } = options;
    const builder = new GraphBuilder({ name: graph.name, opsets: graph.opsets });
    for (const input of graph.inputs) builder.input(input.name, input.dtype, input.shape);
    for (const [name, value] of graph.initializers) builder.initializer(name, value);
    for (const node of graph.nodes) {
      if (replace?.(builder, node) === true) continue;
      if (mustFit(node)) builder.addNode(node);
      else builder.#addOrKeep(node, graph.values);
    }
    for (const output of graph.outputs) builder.#outputs.push(builder.value(output.name));
    return builder;
  }

  inner(name: string): GraphBuilder {
    const unused = this.#unusedName(name);
    const builder = new GraphBuilder({ name: unused, opsets: this.#opsets, outer: this });
    builder.#scope = `${unused}.`;
    return builder;
  }

  input(name: string, dtype: DType, shape: Shape): Value {
    const value = this.#define({ name, dtype, shape });
    this.#inputs.push(value);
    return value;
  }

  initializer(name: string, value: AnyTensor): Value {
    this.#initializers.set(name, value);
    const contents = contentsOf(value);
    if (contents !== undefined) this.#contents.set(name, contents);
    return this.#define({ name, dtype: value.dtype, shape: value.shape });
  }

  constant(dtype: DType, shape: readonly number[], values: readonly number[]): Value {
    const key = `${dtype}[${shape}]${values.map((value) => (Object.is(value, -0) ? "-0" : value)).join(",")}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const numeric = numericDType(dtype, `graph "${this.#name}", a constant`);
    return this.#storeConstant(key, tensorFrom(numeric, shape, values));
  }

  scalar(value: number, dtype: DType = "float32"): Value {
    return this.constant(dtype, [], [value]);
  }

  ints(values: readonly number[]): Value {
    return this.constant("int64", [values.length], values);
  }

  strings(values: readonly string[], shape: readonly number[] = [values.length]): Value {
    const key = `string[${shape}]${JSON.stringify(values)}`;
    return this.#constants.get(key) ?? this.#storeConstant(key, tensor("string", shape, values));
  }

  op(opType: string, inputs: readonly (Value | undefined)[], attributes: PlainAttributes = {}, name?: string): Value {
    return this.multi(opType, inputs, 1, attributes, name)[0]!;
  }

  multi(
    opType: string,
    inputs: readonly (Value | undefined)[],
    outputs: number | readonly boolean[],
    attributes: PlainAttributes = {},
    name?: string,
  ): readonly Value[] {
    const node = this.#unusedName(name ?? opType);
    const operator = findOperator(opType);
    if (operator === undefined) throw new ModelwrightError("ENGINE_OPERATOR_UNKNOWN", { node, opType, domain: "" });
    const wanted = typeof outputs === "number" ? Array.from({ length: outputs }, () => true) : outputs;
    return this.addNode({
      name: node,
      opType,
      domain: operator.domain,
      inputs: inputs.map((input) => input?.name ?? ""),
      outputs: wanted.map((isWanted, i) => (isWanted ? (i === 0 ? node : `${node}.${i}`) : "")),
      attributes: tagAttributes({ name: node, opType, domain: operator.domain }, operator, attributes),
    });
  }

  /**
   * What a node would give, without adding it.
   *
   * @throws {ModelwrightError} For a node that the table has no rule for, or whose rule its inputs break.
   */
  typesOf(node: Node): readonly InferredType[] {
    const where = `${node.opType} "${node.name}"`;
    const operator = findOperator(node.opType, node.domain);
    if (operator === undefined) refuseUnknown(node);
    checkNode(node, { operator });
    const inputs = node.inputs.map((name) => (name === "" ? undefined : this.value(name)));
    if (operator.strings === "none" || operator.strings === "made") refuseStrings(where, inputs);
    const types = operator.infer({
      where,
      inputs: placeValues(operator.inputs, inputs),
      attributes: resolveAttributes(operator, node.attributes),
      outputCount: node.outputs.length,
      contents: (input) => this.#contentsOf(node.inputs[input] ?? ""),
      constant: (input) => this.#tensorOf(node.inputs[input] ?? ""),
      fail: (rule, got) => {
        throw new ModelwrightError("ENGINE_SHAPE_MISMATCH", { where, rule, got });
      },
    });
    if (types.length < node.outputs.length)
      refuseNode(node, { rule: tooManyOutputs(types.length), got: `${node.outputs.length}` });
    return types;
  }

  addNode(node: Node): readonly Value[] {
    const where = `${node.opType} "${node.name}"`;
    const operator = findOperator(node.opType, node.domain) ?? refuseUnknown(node);
    const types = this.typesOf(node);
    this.#nodes.push(Object.freeze({ ...node }));
    const constants = computeSmall({ node, operator, types }, (name) => this.#tensorOf(name));
    return node.outputs.map((name, i) => {
      const { dtype, shape } = types[i]!;
      const constant = constants[i];
      if (constant !== undefined) this.#computed.set(name, constant);
      const contents = types[i]!.contents ?? contentsOf(constant);
      if (contents !== undefined && contents.length <= MAX_CONTENTS && !contents.some(isLong))
        this.#contents.set(name, contents);
      const sizes = shape.map((size, axis) => (isLong(size) ? unknownDimension(`${where}.${i}.`, axis) : size));
      const value = { name, dtype, shape: sizes };
      return name === "" ? value : this.#define(value);
    });
  }

  /**
   * Adds a node without a rule too; its outputs have the types that are given, or none, and are refused where
   * they are read.
   */
  #addOrKeep(node: Node, types: ReadonlyMap<string, Value>): void {
    try {
      this.addNode(node);
    } catch (refusal) {
      if (!(refusal instanceof ModelwrightError)) throw refusal;
      this.#nodes.push(Object.freeze({ ...node }));
      for (const name of node.outputs) {
        const type = types.get(name);
        if (type !== undefined) this.#define(type);
        else if (name !== "") this.#untyped.set(name, refusal);
      }
    }
  }

  value(name: string): Value {
    const refusal = this.#untyped.get(name);
    if (refusal !== undefined) throw refusal;
    const value = this.#values.get(name);
    if (value === undefined && this.#outer !== undefined) return this.#outer.value(name);
    if (value === undefined) {
      throw new ModelwrightError("ENGINE_GRAPH_INVALID", {
        where: `graph "${this.#name}"`,
        rule: "a value is made before it is used",
        got: `"${name}"`,
      });
    }
    return value;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  contents(value: Value): readonly Dimension[] | undefined {
    return this.#contentsOf(value.name);
  }

  tensorOf(value: Value): Tensor | undefined {
    return this.#tensorOf(value.name);
  }

  #tensorOf(name: string): Tensor | undefined {
    return numbersOf(this.#initializers.get(name)) ?? this.#computed.get(name);
  }

  #contentsOf(name: string): readonly Dimension[] | undefined {
    const known = this.#contents.get(name);
    return known === undefined && this.#outer !== undefined ? this.#outer.#contentsOf(name) : known;
  }

  output(value: Value, name?: string): Value {
    const output =
      name === undefined || name === value.name
        ? value
        : this.addNode({
            name,
            opType: "Identity",
            domain: "",
            inputs: [value.name],
            outputs: [name],
            attributes: {},
          })[0]!;
    this.#outputs.push(output);
    return output;
  }

  scope<T>(name: string, body: () => T): T {
    const outer = this.#scope;
    this.#scope = `${outer}${name}.`;
    try {
      return body();
    } finally {
      this.#scope = outer;
    }
  }

  scoped(name: string): string {
    return `${this.#scope}${name}`;
  }

  build(): Graph {
    return Object.freeze({
      name: this.#name,
      opsets: { ...mlOpset(this.#nodes), ...this.#opsets },
      inputs: [...this.#inputs],
      outputs: [...this.#outputs],
      initializers: new Map(this.#initializers),
      nodes: [...this.#nodes],
      values: new Map(this.#values),
    });
  }

  #define(value: Value): Value {
    if (this.#values.has(value.name)) {
      throw new ModelwrightError("ENGINE_GRAPH_INVALID", {
        where: `graph "${this.#name}"`,
        rule: "each value name is written once",
        got: `"${value.name}" again, shape ${showShape(value.shape)}`,
      });
    }
    const frozen = Object.freeze(value);
    this.#values.set(value.name, frozen);
    return frozen;
  }

  #storeConstant(key: string, value: AnyTensor): Value {
    const stored = this.initializer(this.#unusedName("constant"), value);
    this.#constants.set(key, stored);
    return stored;
  }

  #unusedName(base: string): string {
    const stem = this.scoped(base);
    for (;;) {
      const count = this.#counters.get(stem) ?? 0;
      this.#counters.set(stem, count + 1);
      const name = count === 0 ? stem : `${stem}_${count}`;
      if (!this.#values.has(name)) return name;
    }
  }
}

function isLong(size: Dimension): boolean {
  return typeof size === "string" && size.length > MAX_NAME_LENGTH;
}

/** Opset 5 brought TreeEnsemble, without which the older trees are still allowed in 4. Graphs without such nodes name none. */
function mlOpset(nodes: readonly Node[]): Readonly<Record<string, number>> {
  const used = nodes.filter(({ domain }) => domain === ML_DOMAIN);
  if (used.length === 0) return {};
  return { [ML_DOMAIN]: used.some(({ opType }) => opType === "TreeEnsemble") ? 5 : 4 };
}

function refuseStrings(where: string, inputs: readonly (Value | undefined)[]): void {
  const text = inputs.find((input) => input?.dtype === "string");
  if (text === undefined) return;
  const rule = "inputs are tensors of numbers or bools";
  throw new ModelwrightError("ENGINE_SHAPE_MISMATCH", { where, rule, got: `"${text.name}" of texts` });
}

/** Gives attributes the ONNX types that the row says. */
function tagAttributes(
  node: Pick<Node, "name" | "opType" | "domain">,
  operator: Operator,
  plain: PlainAttributes,
): Record<string, Attribute> {
  const tagged: Record<string, Attribute> = {};
  for (const [name, value] of Object.entries(plain)) {
    if (value === undefined) continue;
    const type = operator.attributes[name]?.type ?? "int";
    tagged[name] = { type, value } as Attribute;
    checkAttributes({ ...node, attributes: { [name]: tagged[name] } }, { operator });
    if (!HAS_TYPE[type](value))
      refuseNode(node, { rule: `attribute ${name} is of type ${type}`, got: describe(value) });
  }
  return tagged;
}

function numbersOf(value: AnyTensor | undefined): Tensor | undefined {
  return value !== undefined && isNumeric(value) ? value : undefined;
}

type PlainValue = NonNullable<PlainAttributes[string]>;

const isNumber = (value: unknown) => typeof value === "number";
const isText = (value: unknown) => typeof value === "string";
const isList = (value: PlainValue, isElement: (element: unknown) => boolean) =>
  Array.isArray(value) && value.every(isElement);

/** Whether a plain value can be an attribute of a type. */
const HAS_TYPE: Readonly<Record<Attribute["type"], (value: PlainValue) => boolean>> = {
  int: Number.isInteger,
  float: isNumber,
  string: isText,
  ints: (value) => isList(value, Number.isInteger),
  floats: (value) => isList(value, isNumber),
  strings: (value) => isList(value, isText),
  tensor: (value) => typeof value === "object" && "dtype" in value,
  graph: (value) => typeof value === "object" && "nodes" in value,
};

function describe(value: PlainValue): string {
  if (Array.isArray(value) || typeof value !== "object") return JSON.stringify(value);
  return "nodes" in value ? "a graph" : "a tensor";
}

const COUNTED: ReadonlySet<unknown> = new Set(["int64", "int32", "bool"]);

/** The elements of a short vector or scalar of integers or bools, which take part in shape inference. */
export function contentsOf(
  value: (Pick<AnyTensor, "dtype" | "shape"> & { readonly data: ArrayLike<bigint | number | string> }) | undefined,
): readonly Dimension[] | undefined {
  if (value === undefined || !COUNTED.has(value.dtype)) return undefined;
  if (value.shape.length > 1 || value.data.length > MAX_CONTENTS) return undefined;
  return Array.from<bigint | number | string, number>(value.data, Number);
}
