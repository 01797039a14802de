import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { showShape } from "../tensor/shape.ts";
import { countAlong, expandLike } from "./gradient-shapes.ts";
import {
  type Attributes,
  defineOperator,
  type GradientContext,
  type InferenceContext,
  type InferredType,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { stridesOf, sum, tabulate } from "./reference-kernels.ts";
import { mayBeShape } from "./shape-values.ts";
import { logSoftmax } from "./softmax.ts";

const lossAttributes = {
  ignore_index: { type: "int" },
  reduction: { type: "string", default: "mean" },
} as const;
type LossAttributes = Attributes<typeof lossAttributes>;

/** Losses over class labels. Scores are [N, C, …], labels [N, …], weights [C]; labels equal to `ignore_index` count for nothing. */
export const losses = {
  /** Cross-entropy of softmax over axis 1; the optional second output is the log-softmax, which the gradient reuses. */
  SoftmaxCrossEntropyLoss: defineOperator({
    inputs: ["scores", "labels", "weights?"],
    outputs: ["output", "log_prob?"],
    attributes: lossAttributes,
    infer: (c) => [...inferLoss(c), { dtype: c.inputs[0].dtype, shape: c.inputs[0].shape }],
    // (softmax − onehot)·coefficient. The one-hot is never made: its entries are subtracted in place by a scatter.
    gradient: (c) => {
      const { b, inputs, outputs, dys } = c;
      const logProbabilities = outputs[1] ?? b.op("LogSoftmax", [inputs[0]], { axis: 1 });
      const probabilities = () => b.op("Exp", [logProbabilities]);
      let dx: Value | undefined;
      if (dys[0] !== undefined) {
        const { labels, coefficients } = labelCoefficients(c);
        const weighted = b.op("Mul", [probabilities(), coefficients]);
        const updates = b.op("Neg", [expandLike(b, coefficients, labels)]);
        dx = b.op("ScatterElements", [weighted, labels, updates], { axis: 1, reduction: "add" });
      }
      if (dys[1] !== undefined) {
        const total = b.op("ReduceSum", [dys[1], b.ints([1])], { keepdims: 1 });
        const direct = b.op("Sub", [dys[1], b.op("Mul", [probabilities(), total])]);
        dx = dx === undefined ? direct : b.op("Add", [dx, direct]);
      }
      return [dx];
    },
    reference: ([scores, labels, weights], { attributes }) => {
      const logProbabilities = logSoftmax(scores, 1);
      return [likelihoodLoss(logProbabilities, labels, weights, attributes), logProbabilities];
    },
  }),

  NegativeLogLikelihoodLoss: defineOperator({
    inputs: ["input", "target", "weight?"],
    outputs: ["loss"],
    attributes: lossAttributes,
    infer: inferLoss,
    gradient: (c) => {
      const { b, inputs } = c;
      const { labels, coefficients } = labelCoefficients(c);
      const zeros = expandLike(b, b.scalar(0, c.dy.dtype), inputs[0]!);
      const updates = b.op("Neg", [expandLike(b, coefficients, labels)]);
      return [b.op("ScatterElements", [zeros, labels, updates], { axis: 1 })];
    },
    reference: ([scores, labels, weights], { attributes }) => [likelihoodLoss(scores!, labels!, weights, attributes)],
  }),
} satisfies Record<string, Operator>;

/**
 * The labels as indices [N, 1, …] along axis 1, ignored ones as class 0, and for each the factor [N, 1, …] (or one scalar factor) of its
 * term in the loss: dy · weight / normaliser, 0 where ignored.
 */
function labelCoefficients({ b, inputs, attributes, dy }: GradientContext<typeof lossAttributes>): {
  labels: Value;
  coefficients: Value;
} {
  const [, given, classWeights] = inputs;
  const { labels, weights } = labelWeights(b, given!, classWeights, attributes, dy);
  const column = (value: Value) => b.op("Unsqueeze", [value, b.ints([1])]);
  if (attributes.reduction === "none")
    return { labels: column(labels), coefficients: column(weights === undefined ? dy : b.op("Mul", [dy, weights])) };
  let factor = dy;
  if (attributes.reduction === "mean") {
    const every = Array.from({ length: labels.shape.length }, (_, axis) => axis);
    const normalizer =
      weights === undefined
        ? countAlong(b, { ...labels, dtype: dy.dtype }, every)
        : b.op("ReduceSum", [weights, b.ints(every)], { keepdims: 0 });
    factor = b.op("Div", [dy, normalizer]);
  }
  return {
    labels: column(labels),
    coefficients: weights === undefined ? factor : column(b.op("Mul", [weights, factor])),
  };
}

/** Weight of each label, `undefined` when all weigh 1, and the labels with ignored ones made valid. */
function labelWeights(
  b: Emitter,
  labels: Value,
  classWeights: Value | undefined,
  { ignore_index }: LossAttributes,
  dy: Value,
): { labels: Value; weights: Value | undefined } {
  const weightsOf = (safe: Value) => (classWeights === undefined ? undefined : b.op("Gather", [classWeights, safe]));
  if (ignore_index === undefined) return { labels, weights: weightsOf(labels) };
  const ignored = b.op("Equal", [labels, b.scalar(ignore_index, labels.dtype)]);
  const safe = b.op("Where", [ignored, b.scalar(0, labels.dtype), labels]);
  const weights = weightsOf(safe) ?? b.scalar(1, dy.dtype);
  return { labels: safe, weights: b.op("Where", [ignored, b.scalar(0, dy.dtype), weights]) };
}

function inferLoss(c: InferenceContext<typeof lossAttributes>): readonly InferredType[] {
  const [scores, labels, weights] = c.inputs;
  const { reduction } = c.attributes;
  if (!["none", "mean", "sum"].includes(reduction)) c.fail("reduction is none, mean or sum", reduction);
  const expected = scores!.shape.filter((_, axis) => axis !== 1);
  if (scores!.shape.length < 2) c.fail("scores are [N, C, …]", showShape(scores!.shape));
  if (!mayBeShape(labels!.shape, expected))
    c.fail(`labels have shape ${showShape(expected)}`, showShape(labels!.shape));
  if (labels!.dtype !== "int64" && labels!.dtype !== "int32") c.fail("labels are int64 or int32", labels!.dtype);
  if (weights !== undefined && !mayBeShape(weights.shape, [scores!.shape[1]!]))
    c.fail(`weights have shape [${scores!.shape[1]}]`, showShape(weights.shape));
  return [{ dtype: scores!.dtype, shape: reduction === "none" ? labels!.shape : [] }];
}

function likelihoodLoss(
  scores: ReferenceTensor,
  labels: ReferenceTensor,
  classWeights: ReferenceTensor | undefined,
  { ignore_index, reduction }: LossAttributes,
): ReferenceTensor {
  const strides = stridesOf(scores.shape);
  const weight = (label: number) => (label === ignore_index ? 0 : (classWeights?.data[label] ?? 1));
  const terms = tabulate(scores.dtype, labels.shape, ([n, ...rest], flat) => {
    const label = labels.data[flat]!;
    if (weight(label) === 0) return 0;
    const at = [n!, label, ...rest].reduce((offset, index, axis) => offset + index * strides[axis]!, 0);
    return -weight(label) * scores.data[at]!;
  });
  if (reduction === "none") return terms;
  const total = sum(Array.from(terms.data));
  const normalizer = reduction === "mean" ? sum(Array.from(labels.data, weight)) : 1;
  return { dtype: scores.dtype, shape: [], data: Float64Array.of(total / normalizer) };
}
