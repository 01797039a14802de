import { ModelwrightError } from "@modelwright/contracts";
import { GraphBuilder } from "../graph/builder.ts";
import { checkNode, isDescribed, refusalReason } from "../graph/check-node.ts";
import type { Attribute, Graph, Node, Value } from "../graph/graph.ts";
import { tryAddNode } from "../graph/try-add-node.ts";
import { unknownDimension } from "../ops/shape-values.ts";
import { findOperator } from "../ops/table.ts";
import { DTYPES } from "../tensor/dtype.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { MalformedModel, RefusedModel } from "./decode-failure.ts";
import { BFLOAT16, decodeDType, decodeTensor, toNumber } from "./decode-tensor.ts";
import { decodeText } from "./decode-text.ts";
import type { ModelFolder } from "./external-data.ts";
import { nodeScope } from "./node-scope.ts";
import { ATTRIBUTE_TYPES, decodeMessage, type Message } from "./schema.ts";

/**
 * The graph in the bytes of an .onnx file. Nothing of `bytes` is kept.
 *
 * Operators outside our table are kept with the types that the file declares, so a model that we only run survives. Where neither a
 * shape rule nor the file tells a type, `graph.values` lacks it. Sizes without a name get one of their own. bfloat16 is widened to
 * float32 throughout. Inputs that an initializer gives are constants. Unnamed nodes are named after their first output.
 *
 * @param options.file What to call the model in errors. Default `model`.
 * @param options.folder Where initializers may have external data, see `modelFolder`. Default: nowhere, such a model is refused.
 * @throws {ModelwrightError} `ENGINE_MODEL_MALFORMED` if the bytes are no model; `ENGINE_NODE_INVALID` for a node that its operator's row does
 * not allow, in the opsets that the rows describe; `ENGINE_MODEL_REFUSED` for what a graph cannot hold: external data, model-local functions,
 * sparse tensors, sequences, inputs and outputs of unknown rank.
 */
export function decodeModel(
  bytes: Uint8Array,
  options: { file?: string; folder?: ModelFolder | undefined } = {},
): Graph {
  const { file = "model", folder } = options;
  try {
    return decodeModelMessage(parse(bytes), { file, folder });
  } catch (cause) {
    if (cause instanceof MalformedModel) {
      throw new ModelwrightError("ENGINE_MODEL_MALFORMED", { file, problem: cause.message }, { cause });
    }
    if (cause instanceof RefusedModel) {
      throw new ModelwrightError("ENGINE_MODEL_REFUSED", { file, rule: cause.rule, got: cause.got }, { cause });
    }
    throw cause;
  }
}

function parse(bytes: Uint8Array): Message<"ModelProto"> {
  if (bytes.length === 0) throw new MalformedModel("the file is empty");
  try {
    return decodeMessage("ModelProto", bytes);
  } catch (cause) {
    throw new MalformedModel(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function decodeModelMessage(model: Message<"ModelProto">, source: Source): Graph {
  if (model.graph === undefined || model.graph === null) throw new MalformedModel("it has no graph");
  if ((model.opsetImport ?? []).length === 0) throw new MalformedModel("it names no operator set");
  if ((model.functions ?? []).length > 0) throw new RefusedModel("a model has no functions of its own", "functions");
  const opsets = Object.fromEntries(
    model.opsetImport!.map(({ domain, version }) => [decodeDomain(domain), toNumber(version ?? 0)]),
  );
  return new GraphDecoder({ source, opsets, outer: undefined }).decode(model.graph);
}

function decodeDomain(domain: string | undefined): string {
  return domain === undefined || domain === "ai.onnx" ? "" : domain;
}

/** Where a model comes from. */
interface Source {
  readonly file: string;
  readonly folder: ModelFolder | undefined;
}

/** Decodes one graph; those inside its nodes see its values through `outer`. */
class GraphDecoder {
  readonly #source: Source;
  readonly #opsets: Readonly<Record<string, number>>;
  readonly #outer: GraphDecoder | undefined;
  readonly #names = new Set<string>();
  readonly #declared = new Map<string, Value>();
  /** Types values as they are met. It never becomes a graph: values that no rule can type stand in it as inputs. */
  readonly #typed: GraphBuilder;

  constructor({
    source,
    opsets,
    outer,
  }: {
    source: Source;
    opsets: Readonly<Record<string, number>>;
    outer: GraphDecoder | undefined;
  }) {
    this.#source = source;
    this.#opsets = opsets;
    this.#outer = outer;
    this.#typed = new GraphBuilder({ name: "types", opsets });
  }

  decode(proto: Message<"GraphProto">): Graph {
    if ((proto.sparseInitializer ?? []).length > 0) throw new RefusedModel("tensors are dense", "a sparse initializer");
    for (const { name, opType = "", domain = "" } of proto.node ?? []) {
      const reason = refusalReason({ opType, domain });
      if (reason !== undefined)
        throw new RefusedModel(`values are dense tensors: ${opType}: ${reason}`, `node "${name}"`);
    }
    const initializers = this.#decodeInitializers(proto.initializer ?? []);
    const inputs = (proto.input ?? [])
      .filter((input) => !initializers.has(input.name ?? ""))
      .map((input) => this.#decodeInput(input));
    for (const info of [...(proto.valueInfo ?? []), ...(proto.output ?? [])]) this.#declare(info);
    const nodes = (proto.node ?? []).map((node) => this.#decodeNode(node));
    const outputs = (proto.output ?? []).map((output) => this.#decodeOutput(output.name ?? ""));
    const known = this.#typed.build().values;
    const values = new Map([...known].filter(([name]) => this.#names.has(name)));
    return Object.freeze({
      name: proto.name ?? "",
      opsets: this.#opsets,
      inputs,
      outputs,
      initializers,
      nodes,
      values,
    });
  }

  #decodeInitializers(protos: readonly Message<"TensorProto">[]): Map<string, AnyTensor> {
    const initializers = new Map<string, AnyTensor>();
    for (const proto of protos) {
      const name = proto.name ?? "";
      this.#write(name, "an initializer");
      const tensor = decodeTensor(proto, `initializer "${name}"`, this.#source.folder);
      initializers.set(name, tensor);
      this.#typed.initializer(name, tensor);
    }
    return initializers;
  }

  #decodeInput(proto: Message<"ValueInfoProto">): Value {
    const name = proto.name ?? "";
    this.#write(name, "an input");
    const value = decodeValue(proto) ?? refuseRank("input", name);
    return this.#typed.input(name, value.dtype, value.shape);
  }

  #declare(proto: Message<"ValueInfoProto">): void {
    const value = decodeValue(proto);
    if (value !== undefined && !this.#names.has(value.name)) this.#declared.set(value.name, value);
  }

  #decodeOutput(name: string): Value {
    if (!this.#names.has(name) && !this.#isWritten(name)) throw new MalformedModel(`output "${name}" is never written`);
    return this.#typed.has(name) ? this.#typed.value(name) : refuseRank("output", name);
  }

  #decodeNode(proto: Message<"NodeProto">): Node {
    const inputs = [...(proto.input ?? [])];
    const outputs = [...(proto.output ?? [])];
    const opType = proto.opType ?? "";
    const name = proto.name || outputs.find((output) => output !== "") || opType;
    for (const input of inputs) {
      if (input === "") continue;
      if (!this.#isWritten(input)) throw new MalformedModel(`node "${name}" reads "${input}" before it is written`);
      this.#capture(input);
    }
    const domain = decodeDomain(proto.domain);
    const attributes = Object.fromEntries(
      (proto.attribute ?? []).map((attribute) => [attribute.name ?? "", this.#decodeAttribute(attribute, name)]),
    );
    for (const output of outputs) if (output !== "") this.#write(output, `node "${name}"`);
    const scope = nodeScope(proto);
    const node: Node = { name, opType, domain, inputs, outputs, attributes, ...(scope === undefined ? {} : { scope }) };
    const operator = findOperator(opType, domain);
    if (operator !== undefined && isDescribed(domain, this.#opsets))
      checkNode(node, { operator, file: this.#source.file });
    tryAddNode(this.#typed, node, (output) => this.#declared.get(output));
    return Object.freeze(node);
  }

  #decodeAttribute(proto: Message<"AttributeProto">, node: string): Attribute {
    const where = `attribute "${proto.name}" of node "${node}"`;
    switch (proto.type) {
      case ATTRIBUTE_TYPES.float:
        return { type: "float", value: shortestFloat(proto.f ?? 0) };
      case ATTRIBUTE_TYPES.int: {
        const value = toNumber(proto.i ?? 0);
        const namesType = proto.name === "to" || proto.name === "dtype";
        return { type: "int", value: namesType && value === BFLOAT16 ? DTYPES.float32.onnx : value };
      }
      case ATTRIBUTE_TYPES.string:
        return { type: "string", value: decodeText(proto.s, where) };
      case ATTRIBUTE_TYPES.tensor:
        return { type: "tensor", value: decodeTensor(proto.t ?? {}, where) };
      case ATTRIBUTE_TYPES.graph: {
        const decoder = new GraphDecoder({ source: this.#source, opsets: this.#opsets, outer: this });
        return { type: "graph", value: decoder.decode(proto.g ?? {}) };
      }
      case ATTRIBUTE_TYPES.floats:
        return { type: "floats", value: (proto.floats ?? []).map(shortestFloat) };
      case ATTRIBUTE_TYPES.ints:
        return { type: "ints", value: (proto.ints ?? []).map(toNumber) };
      case ATTRIBUTE_TYPES.strings:
        return { type: "strings", value: (proto.strings ?? []).map((text) => decodeText(text, where)) };
      case undefined:
      case 0:
        throw new MalformedModel(`${where} has no type`);
      default:
        throw new RefusedModel("attributes are numbers, texts, tensors or graphs", `type ${proto.type} of ${where}`);
    }
  }

  #write(name: string, writer: string): void {
    if (name === "") throw new MalformedModel(`${writer} has no name`);
    if (this.#names.has(name)) throw new MalformedModel(`"${name}" is written twice`);
    this.#names.add(name);
  }

  #isWritten(name: string): boolean {
    if (this.#names.has(name)) return true;
    return this.#outer === undefined ? false : this.#outer.#isWritten(name);
  }

  /** Makes the type of a value of an outer graph known here. */
  #capture(name: string): void {
    if (this.#names.has(name) || this.#typed.has(name)) return;
    const value = this.#typeOf(name);
    if (value !== undefined) this.#typed.input(name, value.dtype, value.shape);
  }

  #typeOf(name: string): Value | undefined {
    if (this.#names.has(name)) return this.#typed.has(name) ? this.#typed.value(name) : undefined;
    return this.#outer === undefined ? undefined : this.#outer.#typeOf(name);
  }
}

/** `undefined` when the file does not tell the rank. */
function decodeValue(proto: Message<"ValueInfoProto">): Value | undefined {
  const name = proto.name ?? "";
  const where = `value "${name}"`;
  if (proto.type === undefined || proto.type === null) return undefined;
  const tensorType = proto.type.tensorType;
  if (tensorType === undefined || tensorType === null) {
    throw new RefusedModel("values are dense tensors", `a sequence, map or sparse tensor as ${where}`);
  }
  if (tensorType.shape === undefined || tensorType.shape === null) return undefined;
  const shape = (tensorType.shape.dim ?? []).map((dim, axis) => {
    const size = Object.hasOwn(dim, "dimValue") ? toNumber(dim.dimValue!) : -1;
    if (size >= 0) {
      if (!Number.isSafeInteger(size)) throw new MalformedModel(`${where} has a size of ${size}`);
      return size;
    }
    return dim.dimParam || unknownDimension(`${name}.`, axis);
  });
  return { name, dtype: decodeDType(tensorType.elemType ?? 0, where), shape };
}

function refuseRank(role: "input" | "output", name: string): never {
  throw new RefusedModel(
    `the rank of each ${role} is declared or can be inferred`,
    `${role} "${name}" without a shape`,
  );
}

/** The shortest decimal that is this float32: 0.1, not 0.10000000149011612, so that attributes survive a round trip. */
function shortestFloat(value: number): number {
  if (value === 0) return value;
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
