import type { Measure } from "@modelwright/contracts";
import type { PreparedOutcome } from "../families/metric-family.ts";
import { type BootstrapOptions, checkBootstrapOptions } from "./bootstrap-options.ts";
import { createResampler } from "./resampler.ts";

/** How a value and its resampled ones become an interval; `key` is the place of the value among the keys. */
export type IntervalOf = (value: number, resampled: Float64Array, key: number) => Measure;

/**
 * Every value with its interval over resampled units, in the order of its keys. A single unit has no interval; values
 * that are not defined are left out.
 *
 * @throws {ModelwrightError} `EVALUATION_OPTION_INVALID`.
 * @see Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979
 */
export function resampleIntervals(
  { units, keys, whole, measure }: PreparedOutcome,
  options: BootstrapOptions & { readonly intervalOf: IntervalOf },
): [key: string, measure: Measure][] {
  const { resamples, seed } = checkBootstrapOptions(options);
  const drawn = units > 1 ? resamples : 0;
  const resampler = createResampler(units, seed);
  const values = new Float64Array(keys.length);
  const resampled = keys.map(() => new Float64Array(drawn));
  for (let resample = 0; resample < drawn; resample++) {
    measure(resampler.next(), values);
    for (let i = 0; i < keys.length; i++) resampled[i]![resample] = values[i]!;
  }
  return keys
    .map((key, i): [string, Measure] => [key, options.intervalOf(whole[i]!, resampled[i]!, i)])
    .filter(([, { value }]) => !Number.isNaN(value));
}
