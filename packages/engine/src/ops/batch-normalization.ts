import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { showShape } from "../tensor/shape.ts";
import { channelSums } from "./convolution-gradients.ts";
import { countAlong } from "./gradient-shapes.ts";
import {
  type AttributeSpecs,
  defineOperator,
  type GradientContext,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { mapBroadcast, mapElements, reduceElements, sum, withShape } from "./reference-kernels.ts";
import { refuseGradient } from "./refuse-gradient.ts";
import { mayEqual, shapeValue, withShape as typedAs } from "./shape-values.ts";

const INPUTS = ["X", "scale", "B", "input_mean", "input_var"] as const;
type Inputs = typeof INPUTS;

const BATCH_ATTRIBUTES = {
  epsilon: { type: "float", default: 1e-5 },
  momentum: { type: "float", default: 0.9 },
  training_mode: { type: "int", default: 0 },
} as const satisfies AttributeSpecs;

export const batchNormalization = {
  /**
   * y = (x − mean)/√(variance + epsilon)·scale + bias for each channel of [N, C, …] (arXiv:1502.03167).
   *
   * Inputs: x, scale, bias, running mean, running variance. In training mode the statistics are those of the batch, the variance divided by
   * the number of elements, and two more outputs are momentum · running + (1 − momentum) · batch; with momentum 0 they are the batch's own,
   * which the gradient then reuses. ONNX Runtime's CPU kernel writes these outputs over its inputs 3 and 4: no other node may read them.
   */
  BatchNormalization: defineOperator({
    inputs: INPUTS,
    outputs: ["Y", "running_mean?", "running_var?"],
    attributes: BATCH_ATTRIBUTES,
    infer: (c) => {
      const [x, ...parameters] = c.inputs;
      if (x.shape.length < 2) c.fail("the input is [batch, channels, …]", showShape(x.shape));
      for (const parameter of parameters) {
        if (parameter.shape.length !== 1 || !mayEqual(parameter.shape[0], x.shape[1])) {
          c.fail(`scale, bias, mean and variance are [${x.shape[1]}]`, showShape(parameter.shape));
        }
      }
      const statistics = { dtype: parameters[2].dtype, shape: parameters[2].shape };
      return c.attributes.training_mode === 1 ? [x, statistics, statistics] : [x];
    },
    gradient: typedGradient,
    reference: ([x, scale, bias, runningMean, runningVariance], { attributes }) => {
      const { epsilon, momentum, training_mode } = attributes;
      const column = (value: ReferenceTensor) => withShape(value, columnShape(x.shape));
      const axes = otherAxes(x.shape.length);
      const isTraining = training_mode === 1;
      const average = (value: ReferenceTensor) => reduceElements(value, axes, (group) => sum(group) / group.length);
      const mean = isTraining ? average(x) : column(runningMean);
      const centered = mapBroadcast([x, mean], (value, m) => value - m);
      const variance = isTraining ? average(mapElements(centered, (value) => value * value)) : column(runningVariance);
      const y = mapBroadcast(
        [centered, variance, column(scale), column(bias)],
        (value, v, s, shift) => (value / Math.sqrt(v + epsilon)) * s + shift,
      );
      const updated = (running: ReferenceTensor, batch: ReferenceTensor) =>
        mapBroadcast([running, withShape(batch, running.shape)], (old, now) => momentum * old + (1 - momentum) * now);
      return isTraining ? [y, updated(runningMean, mean), updated(runningVariance, variance)] : [y];
    },
  }),
} satisfies Record<string, Operator>;

/** The gradient where the number of channels is known by the scale's length at least. */
function typedGradient(c: GradientContext<typeof BATCH_ATTRIBUTES, Inputs>): (Value | undefined)[] {
  const { b, inputs, dy } = c;
  const [x, scale, ...others] = inputs;
  const [channels] = scale.shape;
  if (dy === undefined || typeof channels !== "number" || typeof x.shape[1] === "number") return batchGradient(c);
  const target = b.ints(x.shape.map((_, axis) => (axis === 1 ? channels : 0)));
  const typed = (value: Value) => b.op("Reshape", [value, target]);
  const [dx, ...rest] = batchGradient({ ...c, inputs: [typed(x), scale, ...others], dy: typed(dy) });
  return [dx === undefined ? undefined : typedAs(b, dx, x), ...rest];
}

/**
 * With x̂ the normalised input, k = scale/√(variance + epsilon) and n elements in a channel: dscale = Σ dy·x̂, dbias = Σ dy, and
 * dx = k·dy, in training mode less k/n·(dbias + x̂·dscale) for what reaches x through the statistics.
 *
 * x̂ and the subtrahend are each one pass, by BatchNormalization in its inference form.
 */
function batchGradient(c: GradientContext<typeof BATCH_ATTRIBUTES>): (Value | undefined)[] {
  const { b, inputs, outputs, attributes, dys, dy, needs } = c;
  const [x, scale] = inputs;
  const isTraining = attributes.training_mode === 1;
  if (dys[1] !== undefined || dys[2] !== undefined) {
    refuseGradient(outputs[0]!, "BatchNormalization", "its running statistics are for inference only");
  }
  if (needs(3) || needs(4)) {
    refuseGradient(outputs[0]!, "BatchNormalization", "its mean and variance are no parameters");
  }
  const channels = x!.shape[1]!;
  const filled = (value: number) =>
    typeof channels === "number"
      ? b.constant(x!.dtype, [channels], new Array<number>(channels).fill(value))
      : b.op("Expand", [b.scalar(value, x!.dtype), shapeValue(b, x!, 1, 2)]);
  const [ones, zeros] = [filled(1), filled(0)];
  const [mean, variance] = isTraining ? batchStatistics(c) : [inputs[3]!, inputs[4]!];
  const { epsilon } = attributes;
  const normalized = b.op("BatchNormalization", [x!, ones, zeros, mean, variance], { epsilon });
  const dScale = channelSums(b, b.op("Mul", [dy, normalized]));
  const dBias = channelSums(b, dy);

  const dx = () => {
    const deviation = b.op("Sqrt", [b.op("Add", [variance, b.scalar(epsilon, x!.dtype)])]);
    const factor = b.op("Div", [scale!, deviation]);
    const direct = b.op("Mul", [dy, asColumn(b, factor, x!)]);
    if (!isTraining) return direct;
    const share = b.op("Neg", [b.op("Div", [factor, countAlong(b, x!, otherAxes(x!.shape.length))])]);
    const coefficients = [dScale, dBias].map((total) => b.op("Mul", [share, total]));
    // Mean 0 and variance 1: the plain affine map of each channel.
    const through = b.op("BatchNormalization", [normalized, ...coefficients, zeros, ones], { epsilon: 0 });
    return b.op("Add", [direct, through]);
  };
  return [needs(0) ? dx() : undefined, needs(1) ? dScale : undefined, needs(2) ? dBias : undefined];
}

/** Mean and variance of the batch: outputs of the forward pass if it kept them, computed again otherwise. */
function batchStatistics({
  b,
  inputs: [x],
  outputs: [, mean, variance],
  attributes,
}: GradientContext<typeof BATCH_ATTRIBUTES>): [Value, Value] {
  if (attributes.momentum === 0 && mean !== undefined && variance !== undefined) return [mean, variance];
  const count = countAlong(b, x!, otherAxes(x!.shape.length));
  const average = (value: Value) => b.op("Div", [channelSums(b, value), count]);
  const batchMean = average(x!);
  const centered = b.op("Sub", [x!, asColumn(b, batchMean, x!)]);
  return [batchMean, average(b.op("Mul", [centered, centered]))];
}

function asColumn(b: Emitter, value: Value, x: Value): Value {
  return b.op("Reshape", [value, b.ints([-1, ...x.shape.slice(2).map(() => 1)])]);
}

function columnShape(shape: readonly number[]): number[] {
  return [shape[1]!, ...shape.slice(2).map(() => 1)];
}

/** All axes but the channels'. */
function otherAxes(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2)];
}
