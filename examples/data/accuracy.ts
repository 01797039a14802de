import type { Tensor } from "modelwright";

/** The class of the greatest score of each row of `logits` `[rows, classes]`. */
function bestClasses({ shape, data }: Tensor): number[] {
  const [rows, classes] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) => {
    const scores = Array.from({ length: classes }, (_, i) => Number(data[row * classes + i]));
    return scores.indexOf(Math.max(...scores));
  });
}

/** The share of rows whose greatest score is that of their label. */
export function accuracy(logits: Tensor, labels: Tensor): number {
  const right = bestClasses(logits).filter((best, row) => best === Number(labels.data[row]));
  return right.length / labels.data.length;
}
