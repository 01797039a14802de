import type { OutputTensorValues } from "./output-tensor-values.ts";

/**
 * The largest values of each row of an output, largest first, as `value:index:label`: Triton's extension `classification`
 * (https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_classification.md).
 *
 * @param tensor Numbers of shape `[n, labels]`.
 */
export function classify(
  { name, shape, data }: OutputTensorValues,
  labels: readonly string[],
  count: number,
): OutputTensorValues {
  const [rows = 0] = shape;
  const kept = Math.min(count, labels.length);
  const strings = Array.from({ length: rows }, (_, row) => {
    const values = data.slice(row * labels.length, (row + 1) * labels.length).map(Number);
    const order = Array.from(labels.keys()).sort((a, b) => values[b]! - values[a]!);
    return order.slice(0, kept).map((index) => `${values[index]!.toFixed(6)}:${index}:${labels[index]}`);
  });
  return { name, datatype: "BYTES", shape: [rows, kept], data: strings.flat() };
}
