import type { InferResponse, OutputDatatype } from "@modelwright/contracts";
import type { OutputTensorValues } from "./output-tensor-values.ts";

type Values = readonly (string | number)[];

/** How the values of each datatype stand in bytes, little-endian. */
const WRITERS: Readonly<Record<OutputDatatype, (values: Values) => Buffer>> = {
  BYTES: (values) =>
    Buffer.concat(
      values.flatMap((value) => {
        const text = Buffer.from(String(value), "utf8");
        const length = Buffer.alloc(4);
        length.writeUInt32LE(text.length);
        return [length, text];
      }),
    ),
  FP32: (values) => fixed(values, (bytes, value, offset) => bytes.writeFloatLE(value, offset)),
  INT32: (values) => fixed(values, (bytes, value, offset) => bytes.writeInt32LE(value, offset)),
};

function fixed(values: Values, write: (bytes: Buffer, value: number, offset: number) => void): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) write(bytes, Number(value), i * 4);
  return bytes;
}

/** Splits the outputs of an answer into what its JSON says of them, and the bytes that follow it. */
export function splitOutputs(outputs: readonly { readonly tensor: OutputTensorValues; readonly binary: boolean }[]): {
  readonly described: InferResponse["outputs"];
  readonly tail: readonly Buffer[];
} {
  const tail: Buffer[] = [];
  const described = outputs.map(({ tensor: { data, shape, ...tensor }, binary }) => {
    if (!binary) return { ...tensor, shape: [...shape], data: [...data] };
    const bytes = WRITERS[tensor.datatype](data);
    tail.push(bytes);
    return { ...tensor, shape: [...shape], parameters: { binary_data_size: bytes.length } };
  });
  return { described, tail };
}
