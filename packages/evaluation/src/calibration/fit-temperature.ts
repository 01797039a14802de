import type { LogitRows, Slope } from "./logit-rows.ts";

/** Temperatures lie between one over this and this; one at either end says that the rows do not determine it. */
const MOST_TEMPERATURE = 20;

const MOST_ITERATIONS = 100;
const ENOUGH = 1e-10;

/**
 * The temperature by which logits are divided so that the log loss of some rows is least.
 *
 * The loss is convex in one over the temperature, so Newton's method, kept inside a bracket, finds its only minimum. Where
 * there is none, as for rows that are all right, the bound of `MOST_TEMPERATURE` on that side is the answer.
 *
 * @param takes Which rows count. Default: all.
 * @see Guo et al., "On Calibration of Modern Neural Networks", 2017
 */
export function fitTemperature(logits: LogitRows, takes: (row: number) => boolean = () => true): number {
  let [low, high] = [1 / MOST_TEMPERATURE, MOST_TEMPERATURE];
  let scale = 1;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const slope: Slope = { first: 0, second: 0 };
    for (let row = 0; row < logits.rows; row++) if (takes(row)) logits.addSlope(row, scale, slope);
    if (slope.first > 0) high = scale;
    else low = scale;
    const newton = scale - slope.first / slope.second;
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    if (Math.abs(next - scale) <= ENOUGH * scale) return 1 / next;
    scale = next;
  }
  return 1 / scale;
}

/** Whether rows determined a temperature: it lies off the bounds. */
export function isDetermined(temperature: number): boolean {
  return Math.abs(Math.log(temperature)) < Math.log(MOST_TEMPERATURE) * 0.999;
}
