import type { PreparedOutcome } from "../families/metric-family.ts";

/** Groups of units that are left out in turn. So many estimate a skewness as well as single units would, at a known cost. */
const MOST_GROUPS = 200;

/**
 * The acceleration of each measure: a sixth of the skewness of its values without one unit, or one group of units, after
 * another. Of up to 200 units each is left out alone; NaN for a measure that no unit changes.
 *
 * @returns In the order of the outcome's keys.
 * @see Efron, "Better Bootstrap Confidence Intervals", 1987, section 7
 */
export function accelerations({ units, keys, measure }: PreparedOutcome): Float64Array {
  const groups = Math.min(units, MOST_GROUPS);
  const order = scattered(units);
  const weights = new Float64Array(units);
  const values = keys.map(() => new Float64Array(groups));
  const without = new Float64Array(keys.length);
  for (let group = 0; group < groups; group++) {
    weights.fill(1);
    for (let rank = group; rank < units; rank += groups) weights[order[rank]!] = 0;
    measure(weights, without);
    for (let i = 0; i < keys.length; i++) values[i]![group] = without[i]!;
  }
  return Float64Array.from(values, accelerationOf);
}

function accelerationOf(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  let [squares, cubes] = [0, 0];
  for (const value of known) {
    const influence = mean - value;
    squares += influence ** 2;
    cubes += influence ** 3;
  }
  return cubes / (6 * squares ** 1.5);
}

/** The units in an order that has nothing to do with theirs, always the same: rows of a file often stand in a pattern. */
function scattered(units: number): Int32Array {
  const keys = Float64Array.from({ length: units }, (_, unit) => Math.imul(unit + 1, 0x9e3779b1) >>> 0);
  return Int32Array.from({ length: units }, (_, unit) => unit).sort((a, b) => keys[a]! - keys[b]!);
}
