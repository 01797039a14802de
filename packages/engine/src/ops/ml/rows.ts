import { type Dimension, type Shape, showShape } from "../../tensor/shape.ts";
import type { InferenceContext, ReferenceTensor } from "../operator.ts";

/** Why no gradient passes: there is nothing to train before them, and their own numbers are attributes. */
export const PREPROCESSING = "it is preprocessing, whose numbers are attributes that no training changes";

interface Rows {
  readonly count: Dimension;
  readonly width: Dimension;
}

/** Rows and features of `[N, F]`; `[F]` is one row. Refuses what else there is. */
export function inferRows({ fail }: Pick<InferenceContext<Record<never, never>>, "fail">, shape: Shape): Rows {
  if (shape.length === 1) return { count: 1, width: shape[0]! };
  if (shape.length === 2) return { count: shape[0]!, width: shape[1]! };
  return fail("the input is [rows, features] or [features]", showShape(shape));
}

/** The rows of a reference tensor `[N, F]` or `[F]`. */
export function rowsOf({ shape, data }: ReferenceTensor): readonly Float64Array[] {
  const width = shape.at(-1)!;
  const count = shape.length === 1 ? 1 : shape[0]!;
  return Array.from({ length: count }, (_, i) => data.subarray(i * width, (i + 1) * width));
}

/** A float32 reference tensor `[rows, width]`. */
export function fromRows(rows: readonly (readonly number[])[], width: number): ReferenceTensor {
  return { dtype: "float32", shape: [rows.length, width], data: Float64Array.from(rows.flat()) };
}

/** Whether a list has one element for all features or one for each. */
export function fitsFeatures(list: readonly unknown[], width: Dimension): boolean {
  return list.length === 1 || typeof width === "string" || list.length === width;
}

/** The element of a list of one for all features or one for each. */
export function ofFeature<T>(list: readonly T[], feature: number): T {
  return list[list.length === 1 ? 0 : feature]!;
}
