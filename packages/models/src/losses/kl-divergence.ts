import type { Value } from "@modelwright/engine";
import type { LossContext } from "./loss-context.ts";
import type { ReductionOption } from "./reduction.ts";
import { reduceLosses } from "./reduction.ts";

export interface KlDivergenceValues extends ReductionOption {
  /** Of the model that learns, float32 `[..., classes]`. */
  readonly logits: Value;
  /** Of the model that teaches, the same shape. */
  readonly teacherLogits: Value;
  /** Both are divided by it; above 1 it softens them. Default 1. */
  readonly temperature?: number;
}

/**
 * How far a student's distribution is from its teacher's: T² · Σ p · (ln p − ln q), with p and q the softmax of teacher and student at
 * temperature T. The factor T² keeps the size of the gradient (Hinton, Vinyals & Dean 2015, arXiv:1503.02531, section 2).
 *
 * @returns Scalar float32, in nats; `[batch]` with reduction "none".
 */
export function klDivergence(c: LossContext, values: KlDivergenceValues): Value {
  const { logits, teacherLogits, temperature = 1, reduction } = values;
  const { b } = c;
  const logProbs = (x: Value) =>
    b.op("LogSoftmax", [temperature === 1 ? x : b.op("Mul", [x, b.scalar(1 / temperature)])], { axis: -1 });
  const teacher = logProbs(teacherLogits);
  const gap = b.op("Mul", [b.op("Exp", [teacher]), b.op("Sub", [teacher, logProbs(logits)])]); // [..., C]
  const divergence = b.op("ReduceSum", [gap, b.ints([logits.shape.length - 1])], { keepdims: 0 }); // [...]
  return b.op("Mul", [reduceLosses(c, divergence, reduction), b.scalar(temperature ** 2)]);
}
