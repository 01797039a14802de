import type { Value } from "@modelwright/engine";
import type { LayerContext } from "./layer-context.ts";

export interface StochasticDepthOptions {
  /** Name of this place within the current scope. */
  readonly site: string;
  /** Share of the rows that go without the branch; rounded to 1/256. Grow it with depth. Default: the build's dropout. */
  readonly dropProbability?: number;
}

/**
 * Leaves out a residual branch for some rows and scales it up for the others, so that the mean stays (Huang et al. 2016, arXiv:1603.09382).
 *
 * The mask is fed by the trainer, as that of `dropout`. In an inference build, or at probability 0, the branch is returned as it is.
 *
 * @param branch float32 `[batch, ...]`: what will be added to the block's input.
 */
export function stochasticDepth(c: LayerContext, branch: Value, options: StochasticDepthOptions): Value {
  const { training } = c.build;
  if (training === undefined) return branch;
  const dropProbability = Math.round((options.dropProbability ?? training.dropout) * 256) / 256;
  if (dropProbability === 0) return branch;
  const [batch = 1, ...rest] = branch.shape;
  const mask = c.dropoutMask(options.site, [batch, ...rest.map(() => 1)], dropProbability);
  const factor = c.b.op("DequantizeLinear", [mask, c.b.scalar(1 / (1 - dropProbability))]);
  return c.b.op("Mul", [branch, factor]);
}
