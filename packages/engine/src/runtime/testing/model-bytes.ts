import { DTYPES, type DType } from "../../tensor/dtype.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * Writes small ONNX models, byte by byte, for the tests of the runtime. It shares nothing with the engine's own encoder,
 * so each is a check of the other. Field numbers: onnx/onnx.proto.
 */

export type Bytes = number[];

export function varint(value: number | bigint): Bytes {
  const bytes: Bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

/** A varint field. */
export function int(field: number, value: number | bigint): Bytes {
  return [...varint(field * 8), ...varint(value)];
}

/** A length-delimited field: a text, bytes, or messages one after the other. */
export function len(field: number, ...content: (string | Bytes | Uint8Array)[]): Bytes {
  const bytes = content.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part)] : [...part]));
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
}

export interface ModelValue {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A ValueInfoProto. An empty name is a size without a name. */
function valueInfo({ name, dtype, shape }: ModelValue): Bytes {
  const sizes = shape.map((size) => len(1, typeof size === "number" ? int(1, size) : size === "" ? [] : len(2, size)));
  return [...len(1, name), ...len(2, len(1, int(1, DTYPES[dtype].onnx), len(2, ...sizes)))];
}

/** A TensorProto with raw data. */
export function tensorProto(name: string, { dtype, shape, data }: Tensor): Bytes {
  return [
    ...shape.flatMap((size) => int(1, size)),
    ...int(2, DTYPES[dtype].onnx),
    ...len(8, name),
    ...len(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

/** An AttributeProto that holds an integer. */
export function intAttribute(name: string, value: number): Bytes {
  return [...len(1, name), ...int(3, value), ...int(20, 2)];
}

/** An AttributeProto that holds a graph. */
export function graphAttribute(name: string, graph: Bytes): Bytes {
  return [...len(1, name), ...len(6, graph), ...int(20, 5)];
}

/** A NodeProto, written as `output, output = Operator(input, input)`, with `domain::Operator` outside ai.onnx. */
export function node(text: string, attributes: readonly Bytes[] = []): Bytes {
  const [, outputs, operator, inputs] = /^(.*) = (\S+)\((.*)\)$/.exec(text)!;
  const names = (list: string | undefined) => list!.split(", ").filter((name) => name !== "");
  const [opType, domain = ""] = operator!.split("::").reverse();
  return [
    ...names(inputs).flatMap((name) => len(1, name)),
    ...names(outputs).flatMap((name) => len(2, name)),
    ...len(3, `${names(outputs)[0]}_node`),
    ...len(4, opType!),
    ...attributes.flatMap((attribute) => len(5, attribute)),
    ...len(7, domain),
  ];
}

export interface GraphParts {
  readonly inputs?: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly nodes: readonly Bytes[];
  readonly initializers?: Readonly<Record<string, Tensor>>;
  /** Default 17. */
  readonly opset?: number;
}

/** A GraphProto. */
export function graphProto({ inputs = [], outputs, nodes, initializers = {} }: GraphParts): Bytes {
  return [
    ...nodes.flatMap((each) => len(1, each)),
    ...len(2, "test"),
    ...Object.entries(initializers).flatMap(([name, tensor]) => len(5, tensorProto(name, tensor))),
    ...inputs.flatMap((value) => len(11, valueInfo(value))),
    ...outputs.flatMap((value) => len(12, valueInfo(value))),
  ];
}

/** A ModelProto around a graph. Default: IR version 9, opset 17. */
export function modelProto(
  graph: Bytes,
  options: { readonly irVersion?: number; readonly opsets?: Readonly<Record<string, number>> } = {},
): Uint8Array {
  const opsets = Object.entries(options.opsets ?? { "": 17, "com.microsoft": 1 });
  return Uint8Array.from([
    ...int(1, options.irVersion ?? 9),
    ...len(7, graph),
    ...opsets.flatMap(([domain, version]) => len(8, len(1, domain), int(2, version))),
  ]);
}

/** A whole model. */
export function model(parts: GraphParts): Uint8Array {
  return modelProto(graphProto(parts), { opsets: { "": parts.opset ?? 17, "com.microsoft": 1 } });
}
