import type { Tensor } from "@modelwright/engine";
import type { BatchSource } from "../model/tensor-dataset.ts";

/** Vectors that were computed before: `features`, float32 `[rows, width]`. */
export function featureRows({ shape, data }: Tensor<"float32">): BatchSource {
  const [count, width] = shape as readonly [number, number];
  return {
    rows: count,
    batch: (rows) => {
      const taken = new Float32Array(rows.length * width);
      rows.forEach((row, i) => {
        taken.set(data.subarray(row * width, (row + 1) * width), i * width);
      });
      return { features: { dtype: "float32", shape: [rows.length, width], data: taken } };
    },
  };
}
