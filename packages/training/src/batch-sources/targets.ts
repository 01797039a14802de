import type { Tensor } from "@modelwright/engine";
import type { BatchSource } from "../model/tensor-dataset.ts";

/** What rows are to become: the tensors that an `Objective` reads. */
export interface Targets {
  batch(rows: Int32Array): { readonly labels: Tensor; readonly teacher_logits?: Tensor };
  /** What rows weigh in the mean loss. Default: their number. */
  weight?(rows: Int32Array): number;
}

/** Rows with their targets, for training and evaluation. */
export function withTargets(inputs: BatchSource, targets: Targets): BatchSource {
  return {
    rows: inputs.rows,
    lengths: inputs.lengths,
    batch: (rows, epoch) => ({ ...inputs.batch(rows, epoch), ...targets.batch(rows) }),
    weight: (rows) => targets.weight?.(rows) ?? rows.length,
  };
}

/**
 * A class for each row, for `classObjective`.
 *
 * @param classWeights Those of the objective: a batch weighs the weights of its labels. Default: all 1.
 */
export function classTargets(classes: Int32Array, classWeights?: readonly number[]): Targets {
  return {
    batch: (rows) => {
      const data = BigInt64Array.from(rows, (row) => BigInt(classes[row]!));
      return { labels: { dtype: "int64", shape: [rows.length], data } };
    },
    weight: (rows) => rows.reduce((sum, row) => sum + (classWeights?.[classes[row]!] ?? 1), 0),
  };
}

/**
 * Numbers for each row: targets of `numberObjective`, or 1 and 0 for the labels of `labelObjective`.
 *
 * @param values `[rows, width]`, row by row.
 * @param width Numbers or labels per row. Default 1.
 */
export function numberTargets(values: ArrayLike<number>, width = 1): Targets {
  return {
    batch: (rows) => {
      const data = new Float32Array(rows.length * width);
      rows.forEach((row, i) => {
        for (let k = 0; k < width; k++) data[i * width + k] = values[row * width + k]!;
      });
      return { labels: { dtype: "float32", shape: [rows.length, width], data } };
    },
  };
}

/**
 * Targets of rows with what a teacher says of them, for `distillationObjective`.
 *
 * @param logits float32 `[rows, width]`, row by row.
 */
export function distillationTargets(targets: Targets, logits: Float32Array, width: number): Targets {
  return {
    ...targets,
    batch: (rows) => {
      const data = new Float32Array(rows.length * width);
      rows.forEach((row, i) => {
        data.set(logits.subarray(row * width, (row + 1) * width), i * width);
      });
      return { ...targets.batch(rows), teacher_logits: { dtype: "float32", shape: [rows.length, width], data } };
    },
  };
}
