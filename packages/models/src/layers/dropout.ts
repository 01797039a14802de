import type { Value } from "@modelwright/engine";
import type { LayerContext } from "./layer-context.ts";

/**
 * Drops each activation with the build's probability and scales the rest up, so that the mean stays (Srivastava et al. 2014, JMLR 15).
 *
 * In a training build the keep mask is a graph input, `dropout.<site>`: the trainer draws it from its seed, so that a run can be repeated
 * and resumed exactly. In an inference build, or at probability 0, `x` is returned as it is.
 *
 * @param site Name of this place within the current scope.
 */
export function dropout(c: LayerContext, x: Value, site: string): Value {
  return dropoutWith(c, x, { site, probability: c.build.training?.dropout ?? 0 });
}

/** As `dropout`, with a probability of its own; in an inference build none. */
export function dropoutWith(
  c: LayerContext,
  x: Value,
  { site, probability }: { readonly site: string; readonly probability: number },
): Value {
  const dropProbability = c.build.training === undefined ? 0 : Math.round(probability * 256) / 256;
  if (dropProbability === 0) return x;
  const mask = c.dropoutMask(site, x.shape, dropProbability);
  // One pass turns the mask into 0 and 1 / keep probability.
  const factor = c.b.op("DequantizeLinear", [mask, c.b.scalar(1 / (1 - dropProbability))]);
  return c.b.op("Mul", [x, factor]);
}
