import type { Value } from "@modelwright/engine";
import type { LossContext } from "./loss-context.ts";

/**
 * Several losses as one: Σ weight · loss.
 *
 * @param terms Losses of one shape, most often scalars; at least one.
 */
export function weightedSum(
  { b }: LossContext,
  terms: readonly { readonly loss: Value; readonly weight: number }[],
): Value {
  const weighted = terms.map(({ loss, weight }) => (weight === 1 ? loss : b.op("Mul", [loss, b.scalar(weight)])));
  return weighted.reduce((sum, term) => b.op("Add", [sum, term]));
}
