import type { MetricFamily } from "./metric-family.ts";

/**
 * Every measure of an outcome; one that the units do not define is left out.
 *
 * @param weights How often each unit counts, `[units]`. Default: once.
 * @throws {ModelwrightError} As `family.prepare`.
 */
export function measureOutcome<Outcome>(
  family: MetricFamily<Outcome>,
  outcome: Outcome,
  weights?: Float64Array,
): Record<string, number> {
  const { keys, whole, measure } = family.prepare(outcome);
  const values = weights === undefined ? whole : new Float64Array(keys.length);
  if (weights !== undefined) measure(weights, values);
  return Object.fromEntries(
    keys.map((key, i) => [key, values[i]!] as const).filter(([, value]) => !Number.isNaN(value)),
  );
}
