import { isUtf8 } from "node:buffer";
import type { InferRequest, InputTensor } from "@modelwright/contracts";
import { showHttpValue } from "@modelwright/contracts";
import { refuse } from "./request-error.ts";

/** Bytes of the length in front of each element of a BYTES tensor. */
const LENGTH_BYTES = 4;

/**
 * The input tensors of a request with their values, of which some may stand behind the JSON, one tensor after the other.
 *
 * The form of those is that of Triton's extension `binary_tensor_data`
 * (https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md).
 *
 * @param tail What follows the JSON; undefined where nothing was announced.
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` naming the path.
 */
export function readInputs({ inputs }: Pick<InferRequest, "inputs">, tail: Buffer | undefined): InputTensor[] {
  let offset = 0;
  const read = inputs.map(({ name, datatype, shape, parameters, ...rest }, i): InputTensor => {
    const data = rest.data ?? undefined;
    const sizeBytes = parameters?.binary_data_size ?? undefined;
    if (sizeBytes === undefined) {
      if (data !== undefined) return { name, datatype, shape, data };
      refuse(`inputs[${i}].data`, "must be there, or binary_data_size among the parameters", showHttpValue(parameters));
    }
    const path = `inputs[${i}].parameters.binary_data_size`;
    const left = (tail?.length ?? 0) - offset;
    if (data !== undefined) refuse(path, "must not stand beside data", `${sizeBytes}`);
    if (tail === undefined) {
      refuse(path, "needs the header inference-header-content-length, the length of the JSON", `${sizeBytes}`);
    }
    if (sizeBytes > left) refuse(path, `must be at most the ${left} bytes that follow`, `${sizeBytes}`);
    if (datatype !== "BYTES") refuse(`inputs[${i}].datatype`, 'must be "BYTES"', showHttpValue(datatype));
    const bytes = tail.subarray(offset, offset + sizeBytes);
    offset += sizeBytes;
    return { name, datatype, shape, data: readElements(bytes, `inputs[${i}]`) };
  });
  if (tail !== undefined && offset < tail.length) {
    refuse("inputs", `must account for all ${tail.length} bytes behind the JSON by binary_data_size`, `${offset}`);
  }
  return read;
}

/** Each element is its length, little-endian, and so many bytes. */
function readElements(bytes: Buffer, path: string): string[] {
  const elements: string[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const start = offset + LENGTH_BYTES;
    const end = start <= bytes.length ? start + bytes.readUInt32LE(offset) : Number.POSITIVE_INFINITY;
    const where = `${path}.data[${elements.length}]`;
    if (end > bytes.length) refuse(where, `must be ${LENGTH_BYTES} bytes of length and so many bytes`, "fewer bytes");
    const element = bytes.subarray(start, end);
    if (!isUtf8(element)) refuse(where, "must be UTF-8", "other bytes");
    elements.push(element.toString("utf8"));
    offset = end;
  }
  return elements;
}
