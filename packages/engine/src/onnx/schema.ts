import protobuf from "protobufjs/light.js";

/** A 64-bit integer as protobufjs reads it. */
export interface Int64 {
  readonly low: number;
  readonly high: number;
  toNumber(): number;
}

interface ScalarTypes {
  int32: number;
  int64: number | Int64;
  float: number;
  string: string;
  bytes: Uint8Array;
}

/**
 * The part of onnx.proto that we read and write: field numbers and types of the ONNX specification, IR version 9.
 *
 * `T[]` is a repeated field. The typed data of a tensor (`floatData` …) is packed in every ONNX file; it is read as bytes, so that
 * numbers go straight into typed arrays. Fields that we only have to notice, not to understand, are bytes as well.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
const MESSAGES = {
  ModelProto: {
    irVersion: [1, "int64"],
    producerName: [2, "string"],
    graph: [7, "GraphProto"],
    opsetImport: [8, "OperatorSetIdProto[]"],
    metadataProps: [14, "StringStringEntryProto[]"],
    functions: [25, "bytes[]"],
  },
  OperatorSetIdProto: { domain: [1, "string"], version: [2, "int64"] },
  StringStringEntryProto: { key: [1, "string"], value: [2, "string"] },
  GraphProto: {
    node: [1, "NodeProto[]"],
    name: [2, "string"],
    initializer: [5, "TensorProto[]"],
    input: [11, "ValueInfoProto[]"],
    output: [12, "ValueInfoProto[]"],
    valueInfo: [13, "ValueInfoProto[]"],
    sparseInitializer: [15, "bytes[]"],
  },
  NodeProto: {
    input: [1, "string[]"],
    output: [2, "string[]"],
    name: [3, "string"],
    opType: [4, "string"],
    attribute: [5, "AttributeProto[]"],
    domain: [7, "string"],
    metadataProps: [9, "StringStringEntryProto[]"],
  },
  AttributeProto: {
    name: [1, "string"],
    f: [2, "float"],
    i: [3, "int64"],
    s: [4, "bytes"],
    t: [5, "TensorProto"],
    g: [6, "GraphProto"],
    floats: [7, "float[]"],
    ints: [8, "int64[]"],
    strings: [9, "bytes[]"],
    type: [20, "int32"],
  },
  ValueInfoProto: { name: [1, "string"], type: [2, "TypeProto"] },
  TypeProto: { tensorType: [1, "TensorTypeProto"] },
  TensorTypeProto: { elemType: [1, "int32"], shape: [2, "TensorShapeProto"] },
  TensorShapeProto: { dim: [1, "DimensionProto[]"] },
  DimensionProto: { dimValue: [1, "int64"], dimParam: [2, "string"] },
  TensorProto: {
    dims: [1, "int64[]"],
    dataType: [2, "int32"],
    floatData: [4, "bytes[]"],
    int32Data: [5, "bytes[]"],
    stringData: [6, "bytes[]"],
    int64Data: [7, "bytes[]"],
    name: [8, "string"],
    rawData: [9, "bytes"],
    doubleData: [10, "bytes[]"],
    uint64Data: [11, "bytes[]"],
    externalData: [13, "StringStringEntryProto[]"],
    dataLocation: [14, "int32"],
  },
} as const satisfies Record<string, Record<string, readonly [number, string]>>;

type Messages = typeof MESSAGES;
type FieldValue<T> = T extends `${infer Item}[]`
  ? readonly FieldValue<Item>[]
  : T extends keyof ScalarTypes
    ? ScalarTypes[T]
    : T extends keyof Messages
      ? Message<T>
      : never;

/** A message of onnx.proto; every field may be absent. A decoded message reads its default where it is. */
export type Message<N extends keyof Messages> = {
  readonly [F in keyof Messages[N]]?: FieldValue<Messages[N][F] extends readonly [number, infer T] ? T : never>;
};

/** AttributeProto.type by our attribute types. */
export const ATTRIBUTE_TYPES = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

const root = new protobuf.Root();
for (const [name, fields] of Object.entries(MESSAGES)) {
  const type = new protobuf.Type(name);
  for (const [field, [number, fieldType]] of Object.entries(fields)) {
    const repeated = fieldType.endsWith("[]");
    type.add(new protobuf.Field(field, number, fieldType.replace("[]", ""), repeated ? "repeated" : undefined));
  }
  root.add(type);
}

root.resolveAll();

/** The bytes of a message. */
export function encodeMessage<N extends keyof Messages>(name: N, message: Message<N>): Uint8Array {
  return root.lookupType(name).encode(message).finish();
}

/** Tag and length that go before the bytes of a message, string or bytes field. */
export function fieldHeader<N extends keyof Messages>(
  name: N,
  field: keyof Messages[N] & string,
  size: number,
): Uint8Array {
  const { id } = root.lookupType(name).get(field) as protobuf.Field;
  return protobuf.Writer.create()
    .uint32(id * 8 + 2)
    .uint32(size)
    .finish();
}

/** A message from its bytes; `Error` or `RangeError` when they are not one. Byte fields are views of `bytes`. */
export function decodeMessage<N extends keyof Messages>(name: N, bytes: Uint8Array): Message<N> {
  return root.lookupType(name).decode(bytes) as Message<N>;
}
