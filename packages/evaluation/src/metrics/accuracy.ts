import { ModelwrightError } from "@modelwright/contracts";
import type { Tensor } from "@modelwright/engine";

/** The class of the greatest score of each row of `scores` `[rows, classes]`; of equals the first. */
export function bestClasses({ shape, data }: Tensor): Int32Array {
  const [rows = 0, classes = 0] = shape;
  return Int32Array.from({ length: rows }, (_, row) => {
    let best = 0;
    for (let i = 1; i < classes; i++) if (data[row * classes + i]! > data[row * classes + best]!) best = i;
    return best;
  });
}

/**
 * The share of rows whose greatest score is that of their label.
 *
 * @param scores Logits or probabilities, `[rows, classes]`.
 * @param labels Class indices, `[rows]`.
 * @throws {ModelwrightError} `EVALUATION_EMPTY` without rows; `EVALUATION_SHAPE_MISMATCH` for another number of labels.
 */
export function accuracy(scores: Tensor, labels: Tensor): number {
  const [rows = 0, classes = 0] = scores.shape;
  if (rows === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: "accuracy" });
  if (labels.data.length !== rows) {
    throw new ModelwrightError("EVALUATION_SHAPE_MISMATCH", {
      rows: labels.data.length,
      classes,
      probabilities: scores.data.length,
    });
  }
  return bestClasses(scores).filter((best, row) => best === Number(labels.data[row])).length / rows;
}
