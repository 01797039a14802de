import type { Value } from "@modelwright/engine";
import { constant } from "../parameters/initializers.ts";
import { staticSize } from "./dense.ts";
import type { LayerContext } from "./layer-context.ts";

export interface GroupNormOptions {
  /** Scope of its parameters `weight` and `bias`, both `[channels]`. */
  readonly name: string;
  /** Divides the channels; as many as channels: instance normalisation. */
  readonly groups: number;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Group normalisation (Wu & He 2018, arXiv:1803.08494): each image by itself, over groups of its channels.
 *
 * Written with InstanceNormalization on groups in place of channels, since GroupNormalization changed its meaning between opsets.
 *
 * @param x float32 `[batch, channels, ...]`.
 */
export function groupNorm(c: LayerContext, x: Value, { name, groups, epsilon = 1e-5 }: GroupNormOptions): Value {
  const { b } = c;
  return c.scope(name, () => {
    const channels = staticSize(x, 1);
    const weight = c.parameter("weight", [channels], { initializer: constant(1), decay: false });
    const bias = c.parameter("bias", [channels], { initializer: constant(0), decay: false });
    const filled = (value: number) => b.constant("float32", [groups], new Array<number>(groups).fill(value));
    const rows = b.op("Reshape", [x, b.ints([0, groups, -1])]); // [batch, groups, elements]
    const normalized = b.op("InstanceNormalization", [rows, filled(1), filled(0)], { epsilon });
    const column = b.ints([channels, ...x.shape.slice(2).map(() => 1)]);
    const scaled = b.op("Mul", [b.op("Reshape", [normalized, b.op("Shape", [x])]), b.op("Reshape", [weight, column])]);
    return b.op("Add", [scaled, b.op("Reshape", [bias, column])]);
  });
}
