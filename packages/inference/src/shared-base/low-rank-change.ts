import { decodeModel, type Graph, type Tensor } from "@modelwright/engine";
import { unreadable } from "../open-version.ts";

/** What an adapter added to a weight `[inputs, width]`: the product of two narrow matrices. */
export interface LowRankChange {
  /** float32 `[inputs, rank]`. */
  readonly a: Tensor<"float32">;
  /** float32 `[rank, width]`; how the product is weighed is contained in it. */
  readonly b: Tensor<"float32">;
}

/** Changes by the name of the weight. */
export type LowRankChanges = ReadonlyMap<string, LowRankChange>;

/**
 * Reads the changes that `onnx/adapter.onnx` computes: each of its outputs has the name of a weight and is the product of two matrices.
 *
 * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` that says what of the file is otherwise; `ENGINE_*` for what is no graph.
 */
export function readChanges(bytes: Uint8Array, file: string): LowRankChanges {
  const graph = decodeModel(bytes, { file });
  return new Map(
    graph.nodes.map((node) => {
      const [a, b] = node.inputs.map((name) => matrixOf(graph, name));
      const isProduct = node.opType === "MatMul" && a?.shape[1] === b?.shape[0];
      if (!isProduct || a === undefined || b === undefined)
        return unreadable(file, `"${node.name}" must be a product of two matrices, got ${node.opType}`);
      return [node.outputs[0]!, { a, b }];
    }),
  );
}

function matrixOf({ initializers }: Graph, name: string): Tensor<"float32"> | undefined {
  const value = initializers.get(name);
  return value?.dtype === "float32" && value.shape.length === 2 ? (value as Tensor<"float32">) : undefined;
}

/** One row of A · B, in float64. */
function changeOfRow({ a, b }: LowRankChange, row: number): Float64Array {
  const [rank, width] = b.shape as [number, number];
  const sums = new Float64Array(width);
  for (let k = 0; k < rank; k++) {
    const factor = a.data[row * rank + k]!;
    for (let column = 0; column < width; column++) sums[column]! += factor * b.data[k * width + column]!;
  }
  return sums;
}

/** The weight as it was before the change was added. */
export function withoutChange(weight: Tensor<"float32">, change: LowRankChange): Tensor<"float32"> {
  const [rows, width] = weight.shape as [number, number];
  const data = new Float32Array(weight.data.length);
  for (let row = 0; row < rows; row++) {
    const sums = changeOfRow(change, row);
    for (let column = 0; column < width; column++)
      data[row * width + column] = weight.data[row * width + column]! - sums[column]!;
  }
  return { ...weight, data };
}

/** Rows that are looked at: a weight of another base differs in every one. */
const ROWS_COMPARED = 16;
/** Rounding of sums in float32, as a share of the largest element of a row. */
const TOLERANCE = 1e-5;

/** Whether a weight is the base with the change, but for rounding: compared on rows that are spread over it. */
export function isChanged(
  weight: Tensor<"float32">,
  base: Tensor<"float32">,
  change: LowRankChange | undefined,
): boolean {
  const [rows, width] = weight.shape as [number, number];
  const step = Math.max(1, Math.floor(rows / ROWS_COMPARED));
  for (let row = 0; row < rows; row += step) {
    const sums = change === undefined ? new Float64Array(width) : changeOfRow(change, row);
    const own = weight.data.subarray(row * width, (row + 1) * width);
    const largest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const isOther = own.some(
      (value, column) => !(Math.abs(value - sums[column]! - base.data[row * width + column]!) <= TOLERANCE * largest),
    );
    if (isOther) return false;
  }
  return true;
}
