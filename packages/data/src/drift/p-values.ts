import { logGamma } from "@modelwright/engine";

/**
 * The chance of a two-sample Kolmogorov-Smirnov statistic of at least this size where both samples are of one
 * distribution, by its limit and Stephens' correction for few rows.
 *
 * @see Stephens, Use of the Kolmogorov-Smirnov, Cramér-von Mises and related statistics without extensive tables, 1970
 */
export function kolmogorovSmirnovChance(statistic: number, rows: readonly [number, number]): number {
  const effective = Math.sqrt((rows[0] * rows[1]) / (rows[0] + rows[1]));
  const scaled = (effective + 0.12 + 0.11 / effective) * statistic;
  // Below, the sum converges slowly, and is 1 to all digits.
  if (scaled < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * (k * scaled) ** 2);
    sum += term;
    if (Math.abs(term) < 1e-17) break;
  }
  return Math.min(1, Math.max(0, sum));
}

/** The chance of a chi-square statistic of at least this size: the upper regularised incomplete gamma function. */
export function chiSquareChance(statistic: number, degrees: number): number {
  const [shape, x] = [degrees / 2, statistic / 2];
  if (x <= 0) return 1;
  return x < shape + 1 ? 1 - lowerBySeries(shape, x) : upperByFraction(shape, x);
}

/** @see NIST Digital Library of Mathematical Functions, 8.11.4 */
function lowerBySeries(shape: number, x: number): number {
  let [term, sum] = [1 / shape, 1 / shape];
  for (let k = 1; term > sum * 1e-16 && k < 10_000; k++) {
    term *= x / (shape + k);
    sum += term;
  }
  return sum * Math.exp(shape * Math.log(x) - x - logGamma(shape));
}

/** By Lentz's method. @see NIST Digital Library of Mathematical Functions, 8.9.2 */
function upperByFraction(shape: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - shape;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; k < 10_000; k++) {
    const a = -k * (k - shape);
    b += 2;
    d = 1 / (a * d + b || tiny);
    c = b + a / c || tiny;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return Math.exp(shape * Math.log(x) - x - logGamma(shape)) * fraction;
}

/**
 * Chances corrected for how many were looked at, by Holm's method: the family of all is wrong no more often than one.
 *
 * @see Holm, A simple sequentially rejective multiple test procedure, 1979
 */
export function holm(chances: readonly number[]): number[] {
  const order = [...chances.keys()].sort((a, b) => chances[a]! - chances[b]!);
  const corrected = new Array<number>(chances.length);
  let highest = 0;
  for (const [rank, place] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (chances.length - rank) * chances[place]!));
    corrected[place] = highest;
  }
  return corrected;
}
