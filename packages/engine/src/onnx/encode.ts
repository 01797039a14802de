import { ModelwrightError } from "@modelwright/contracts";
import type { Attribute, Graph, Node, Value } from "../graph/graph.ts";
import { DTYPES } from "../tensor/dtype.ts";
import { type AnyTensor, isNumeric } from "../tensor/tensor.ts";
import { refuseFatalNode } from "./fatal-nodes.ts";
import { ATTRIBUTE_TYPES, encodeMessage, fieldHeader, type Int64, type Message } from "./schema.ts";

/** Understood by ONNX Runtime 1.16 and later, and new enough for opset 20. */
const IR_VERSION = 9;
/** The limit of protocol buffers. */
const MAX_BYTES = 2 ** 31 - 1;
const utf8 = new TextEncoder();
const INT64_MAX: Int64 = { low: -1, high: 0x7fffffff, toNumber: () => 2 ** 63 };

export interface EncodeOptions {
  /** Name of the tool that made the model. Default `modelwright`. */
  readonly producer?: string;
  /** Key-value pairs stored with the model. Default none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The bytes of an .onnx file.
 *
 * Optional inputs left out at the end of a node are not listed. Initializers are copied once, little endian; types of all known values are written, symbolic sizes by name.
 *
 * @throws {ModelwrightError} `ENGINE_MODEL_REFUSED` for 2 GiB and more; `ENGINE_NODE_FATAL` for a node that ONNX Runtime does not survive.
 */
export function encodeModel(graph: Graph, options: EncodeOptions = {}): Uint8Array {
  const parts = encodeModelParts(graph, options);
  const bytes = new Uint8Array(byteLength(parts));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

/**
 * The same bytes in parts, one after the other: those of initializers are views of their data, no copies.
 *
 * @throws {ModelwrightError} As `encodeModel`.
 */
export function encodeModelParts(graph: Graph, options: EncodeOptions = {}): readonly Uint8Array[] {
  const graphParts = [encodeMessage("GraphProto", encodeGraph(graph, { initializers: false }))];
  for (const [name, tensor] of graph.initializers) graphParts.push(...initializerParts(name, tensor));
  const graphBytes = byteLength(graphParts);
  const modelParts = [
    encodeMessage("ModelProto", {
      irVersion: IR_VERSION,
      producerName: options.producer ?? "modelwright",
      opsetImport: Object.entries(graph.opsets).map(([domain, version]) => ({ domain, version })),
      metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    }),
    fieldHeader("ModelProto", "graph", graphBytes),
    ...graphParts,
  ];
  const size = byteLength(modelParts);
  if (size > MAX_BYTES) {
    throw new ModelwrightError("ENGINE_MODEL_REFUSED", {
      file: `graph "${graph.name}"`,
      rule: "a model in one file holds less than 2 GiB",
      got: `${size} bytes`,
    });
  }
  return modelParts;
}

/** An initializer as a field of GraphProto. Its data stays a view. */
function initializerParts(name: string, tensor: AnyTensor): Uint8Array[] {
  const { rawData, ...head } = encodeTensor(tensor);
  const parts = [encodeMessage("TensorProto", { name, ...head })];
  if (rawData !== undefined) parts.push(fieldHeader("TensorProto", "rawData", rawData.length), rawData);
  return [fieldHeader("GraphProto", "initializer", byteLength(parts)), ...parts];
}

function byteLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function encodeGraph(graph: Graph, { initializers }: { initializers: boolean }): Message<"GraphProto"> {
  const declared = new Set([...graph.inputs, ...graph.outputs].map((value) => value.name));
  const known = [...graph.values.values()].filter(({ name }) => !declared.has(name) && !graph.initializers.has(name));
  return {
    node: graph.nodes.map(encodeNode),
    name: graph.name,
    initializer: initializers
      ? [...graph.initializers].map(([name, tensor]) => ({ name, ...encodeTensor(tensor) }))
      : [],
    input: graph.inputs.map(encodeValue),
    output: graph.outputs.map(encodeValue),
    valueInfo: known.map(encodeValue),
  };
}

function encodeNode(node: Node): Message<"NodeProto"> {
  const inputs = listedInputs(node);
  const { name, opType, domain } = node;
  refuseFatalNode("encodeModel", {
    name,
    opType,
    domain,
    given: inputs.map((input) => input !== ""),
    outputs: node.outputs.length,
    ints: Object.fromEntries(
      Object.entries(node.attributes).flatMap(([key, { type, value }]) =>
        type === "int" ? [[key, Number(value)]] : [],
      ),
    ),
  });
  return {
    input: inputs,
    output: node.outputs,
    name: node.name,
    opType: node.opType,
    attribute: Object.entries(node.attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
    domain: node.domain,
  };
}

/** A node with a body (Loop, Scan) counts the inputs left out before its variadic ones; all others may end early. */
function listedInputs({ inputs, attributes }: Node): readonly string[] {
  if (Object.values(attributes).some(({ type }) => type === "graph")) return inputs;
  return inputs.slice(0, inputs.findLastIndex((input) => input !== "") + 1);
}

function encodeAttribute(name: string, attribute: Attribute): Message<"AttributeProto"> {
  const type = ATTRIBUTE_TYPES[attribute.type];
  switch (attribute.type) {
    case "float":
      return { name, f: attribute.value, type };
    case "int":
      return { name, i: encodeInt(attribute.value), type };
    case "string":
      return { name, s: utf8.encode(attribute.value), type };
    case "tensor":
      return { name, t: encodeTensor(attribute.value), type };
    case "graph":
      return { name, g: encodeGraph(attribute.value, { initializers: true }), type };
    case "floats":
      return { name, floats: attribute.value, type };
    case "ints":
      return { name, ints: attribute.value.map(encodeInt), type };
    case "strings":
      return { name, strings: attribute.value.map((text) => utf8.encode(text)), type };
  }
}

/** Old exports write "to the end" as the greatest int64, which as a number is 2⁶³: one too many. */
function encodeInt(value: number): number | Int64 {
  return value >= 2 ** 63 ? INT64_MAX : value;
}

function encodeValue({ name, dtype, shape }: Value): Message<"ValueInfoProto"> {
  const dim = shape.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: DTYPES[dtype].onnx, shape: { dim } } } };
}

function encodeTensor(tensor: AnyTensor): Message<"TensorProto"> {
  const { dtype, shape } = tensor;
  const head = { dims: shape, dataType: DTYPES[dtype].onnx };
  if (!isNumeric(tensor)) return { ...head, stringData: tensor.data.map((text) => utf8.encode(text)) };
  const { data } = tensor;
  return { ...head, rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
