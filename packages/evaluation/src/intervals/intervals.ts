import type { Measure } from "@modelwright/contracts";
import type { MetricFamily } from "../families/metric-family.ts";
import type { BootstrapOptions } from "./bootstrap-options.ts";
import { resampleIntervals } from "./resample-intervals.ts";

/**
 * Every measure of an outcome with its percentile bootstrap interval over the units of its family.
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
  return Object.fromEntries(resampleIntervals(family.prepare(outcome), bootstrap));
}
