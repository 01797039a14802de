import type { BatchSource } from "../model/tensor-dataset.ts";

/** Sparse vectors: `indices` int64 and `values` float32, `[rows, nonzeros]` each, padded with value 0. */
export function sparseRows(
  vectors: readonly { readonly indices: Int32Array; readonly values: Float32Array }[],
): BatchSource {
  return {
    rows: vectors.length,
    lengths: vectors.map((vector) => vector.indices.length),
    batch: (rows) => {
      const width = rows.reduce((longest, row) => Math.max(longest, vectors[row]!.indices.length), 1);
      const indices = new BigInt64Array(rows.length * width);
      const values = new Float32Array(rows.length * width);
      rows.forEach((row, i) => {
        const vector = vectors[row]!;
        vector.indices.forEach((index, k) => {
          indices[i * width + k] = BigInt(index);
        });
        values.set(vector.values, i * width);
      });
      const shape = [rows.length, width];
      return { indices: { dtype: "int64", shape, data: indices }, values: { dtype: "float32", shape, data: values } };
    },
  };
}
