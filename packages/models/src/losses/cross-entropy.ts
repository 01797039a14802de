import { DTYPES, type Value } from "@modelwright/engine";
import type { LossContext } from "./loss-context.ts";

export interface CrossEntropyOptions {
  /** Share of the target that is spread evenly over all classes, in `[0, 1)`. Default 0. */
  readonly labelSmoothing?: number | undefined;
  /** A factor for each class. Default: all 1. */
  readonly classWeights?: readonly number[] | undefined;
  /** Label of places that do not count, such as padding. Default: every label counts. */
  readonly ignoredLabel?: number;
}

export interface CrossEntropyValues extends CrossEntropyOptions {
  /** float32 `[batch, classes]`, or `[batch, sequence, classes]` with a label for each token; any number of axes. */
  readonly logits: Value;
  /** int64, the shape of the logits without their last axis; in `[0, classes)` or the ignored label. */
  readonly labels: Value;
  /** `mean` divides by the labels that count, or by their class weights; `none` gives each label's loss, 0 where ignored. Default "mean". */
  readonly reduction?: "mean" | "sum" | "none";
}

/**
 * Cross-entropy between logits and class labels.
 *
 * With p = softmax(logits), smoothing ε and class weights w, a row of label y costs (1 − ε) · w[y] · −ln p[y] + ε / C · Σ w[c] · −ln p[c].
 * The mean divides by Σ w[y], as PyTorch's does. Computed by LogSoftmax, so large logits do not overflow.
 *
 * @returns Scalar float32, in nats; the shape of the labels with reduction "none". The mean is NaN when no label counts.
 */
export function crossEntropy({ b }: LossContext, values: CrossEntropyValues): Value {
  const { logits, labels, labelSmoothing = 0, classWeights, ignoredLabel, reduction = "mean" } = values;
  const classes = Number(logits.shape.at(-1));
  const last = logits.shape.length - 1;
  return b.scope("cross_entropy", () => {
    const mul = (x: Value, y: Value | undefined) => (y === undefined ? x : b.op("Mul", [x, y]));
    const logProbs = b.op("LogSoftmax", [logits], { axis: -1 }); // [..., C]
    const given = b.op("Unsqueeze", [labels, b.ints([last])]); // [..., 1]
    const ignored = ignoredLabel === undefined ? undefined : b.op("Equal", [given, b.scalar(ignoredLabel, "int64")]);
    const counts = ignored && b.op("Cast", [b.op("Not", [ignored])], { to: DTYPES.float32.onnx }); // [..., 1]
    const index = ignored === undefined ? given : b.op("Where", [ignored, b.scalar(0, "int64"), given]);
    const picked = b.op("GatherElements", [logProbs, index], { axis: last }); // [..., 1]
    const weights = classWeights && b.constant("float32", [classes], classWeights);
    const labelWeights = weights === undefined ? counts : mul(b.op("Gather", [weights, index], { axis: 0 }), counts); // [..., 1]
    let likelihoods = mul(picked, labelWeights); // [..., 1]
    if (labelSmoothing > 0) {
      const everyClass = b.op("ReduceSum", [mul(logProbs, weights), b.ints([last])], { keepdims: 1 }); // [..., 1]
      likelihoods = b.op("Add", [
        b.op("Mul", [likelihoods, b.scalar(1 - labelSmoothing)]),
        b.op("Mul", [mul(everyClass, counts), b.scalar(labelSmoothing / classes)]),
      ]); // [..., 1]
    }
    const losses = b.op("Neg", [likelihoods]); // [..., 1]
    const axes = b.ints(logits.shape.map((_, axis) => axis));
    const sum = (value: Value) => b.op("ReduceSum", [value, axes], { keepdims: 0 }); // []
    if (reduction === "none") return b.op("Squeeze", [losses, b.ints([last])]);
    if (reduction === "sum") return sum(losses);
    if (labelWeights !== undefined) return b.op("Div", [sum(losses), sum(labelWeights)]);
    return b.op("ReduceMean", [losses, axes], { keepdims: 0 });
  });
}
