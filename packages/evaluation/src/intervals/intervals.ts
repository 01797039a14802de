import type { Measure } from "@modelwright/contracts";
import type { MetricFamily } from "../families/metric-family.ts";
import { bootstrapInterval } from "./bootstrap-interval.ts";
import { type BootstrapOptions, checkBootstrapOptions } from "./bootstrap-options.ts";
import { accelerations } from "./jackknife.ts";
import { resampleIntervals } from "./resample-intervals.ts";

/**
 * Every measure of an outcome with its bootstrap interval over the units of its family: BCa, or the normal interval for
 * a measure that resampling shifts, see `bootstrapInterval`.
 *
 * Keys are the names of the family's metrics and, for a family with labels, those of single labels such as `f1:spam`.
 * A measure that the units do not define is left out; a label without rows has values but no bounds.
 *
 * @throws {ModelwrightError} `EVALUATION_OPTION_INVALID`, and as `family.prepare`.
 */
export function intervals<Outcome>(
  family: MetricFamily<Outcome>,
  outcome: Outcome,
  bootstrap: BootstrapOptions,
): Record<string, Measure> {
  const { confidence } = checkBootstrapOptions(bootstrap);
  const prepared = family.prepare(outcome);
  const ofKeys = prepared.units > 1 ? accelerations(prepared) : new Float64Array(prepared.keys.length);
  const measured = resampleIntervals(prepared, {
    ...bootstrap,
    intervalOf: (value, resampled, key) =>
      bootstrapInterval(value, resampled, { acceleration: ofKeys[key]!, confidence }),
  });
  return Object.fromEntries(measured);
}
