import { type Graph, GraphBuilder, tensor, type Value } from "@modelwright/engine";

export interface CrossEntropyOptions {
  /** Share of the target that is spread evenly over all classes, in `[0, 1)`. Default 0. */
  readonly labelSmoothing?: number;
  /** A factor for each class. Default: all 1. */
  readonly classWeights?: readonly number[] | undefined;
  /**
   * Scalar float32 by which the sum over rows is multiplied. Default: the mean, that is 1 / the sum of the rows' label weights.
   */
  readonly scale?: Value;
}

/**
 * Cross-entropy between logits and class labels.
 *
 * With p = softmax(logits), smoothing ε and class weights w, a row of label y costs (1 − ε) · w[y] · −ln p[y] + ε / C · Σ w[c] · −ln p[c].
 * The mean divides by Σ w[y], as PyTorch's does. Computed by LogSoftmax, so large logits do not overflow.
 *
 * @param logits float32 `[batch, classes]`.
 * @param labels int64 `[batch]` in `[0, classes)`.
 * @returns Scalar float32, in nats. The mean of an empty batch is NaN.
 */
export function crossEntropy(b: GraphBuilder, logits: Value, labels: Value, options: CrossEntropyOptions = {}): Value {
  const { labelSmoothing = 0, classWeights, scale } = options;
  const classes = Number(logits.shape.at(-1));
  return b.scope("cross_entropy", () => {
    const logProbs = b.op("LogSoftmax", [logits], { axis: -1 }); // [B, C]
    const index = b.op("Unsqueeze", [labels, b.ints([1])]); // [B, 1]
    const picked = b.op("GatherElements", [logProbs, index], { axis: 1 }); // [B, 1]
    const weights =
      classWeights === undefined
        ? undefined
        : b.initializer(b.scoped("class_weights"), tensor("float32", [classes], Float32Array.from(classWeights)));
    const rowWeights = weights === undefined ? undefined : b.op("Gather", [weights, index], { axis: 0 }); // [B, 1]
    let likelihoods = rowWeights === undefined ? picked : b.op("Mul", [rowWeights, picked]); // [B, 1]
    if (labelSmoothing > 0) {
      const spread = weights === undefined ? logProbs : b.op("Mul", [logProbs, weights]); // [B, C]
      const everyClass = b.op("ReduceSum", [spread, b.ints([1])], { keepdims: 1 }); // [B, 1]
      likelihoods = b.op("Add", [
        b.op("Mul", [likelihoods, b.scalar(1 - labelSmoothing)]),
        b.op("Mul", [everyClass, b.scalar(labelSmoothing / classes)]),
      ]); // [B, 1]
    }
    const rowLosses = b.op("Neg", [likelihoods]); // [B, 1]
    const sum = (value: Value) => b.op("ReduceSum", [value, b.ints([0, 1])], { keepdims: 0 }); // []
    if (scale !== undefined) return b.op("Mul", [sum(rowLosses), scale]);
    if (rowWeights !== undefined) return b.op("Div", [sum(rowLosses), sum(rowWeights)]);
    return b.op("ReduceMean", [rowLosses, b.ints([0, 1])], { keepdims: 0 });
  });
}

/**
 * Appends the loss of a classifier to its graph.
 *
 * Adds the inputs `labels`, int64 `[batch]`, and `loss_scale`, float32 scalar, and the output `loss` = `loss_scale` · Σ over rows. Feed
 * 1 / (all rows of the step), or of their label weights: then losses and gradients of accumulated batches add up to the exact mean,
 * whatever the size of each.
 *
 * @param graph Has an output `logits`, float32 `[batch, classes]`.
 */
export function addCrossEntropyLoss(graph: Graph, options: Omit<CrossEntropyOptions, "scale"> = {}): Graph {
  const b = GraphBuilder.from(graph);
  const logits = b.value("logits");
  const labels = b.input("labels", "int64", [logits.shape[0]!]);
  const scale = b.input("loss_scale", "float32", []);
  b.output(crossEntropy(b, logits, labels, { ...options, scale }), "loss");
  return b.build();
}
