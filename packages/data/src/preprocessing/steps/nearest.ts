import { fromFloat32Text, toFloat32Text } from "../float32-text.ts";
import { finiteValues, meanOf } from "../statistics.ts";
import { missingOnes, missingRows } from "./impute.ts";
import type { LearningRows } from "./learning-rows.ts";
import { distancesOf, FAR, FLOAT32, FLOAT64 } from "./seen-rows.ts";
import { rowOf, type Step } from "./step.ts";

/** What near training rows say in place of missing values. */
export interface NearestRows {
  /** Of the training rows that new ones are compared with, `[references, width]`, float32 in base64; NaN where one is missing. */
  readonly values: string;
  /** The mean of each column, where no training row can be compared. */
  readonly otherwise: readonly number[];
  /** Missing values of training rows. */
  readonly filled: number;
}

/** Rows whose mean it is, as scikit-learn's `KNNImputer` has it by default. */
const NEIGHBOURS = 5;

/**
 * In place of a missing value the mean of it in the nearest training rows that have it (Troyanskaya et al. 2001,
 * "Missing value estimation methods for DNA microarrays"); of equally near ones those that were drawn first.
 */
export const nearest: Step<NearestRows> = {
  looksAround: true,
  apply: (data, width, { values, otherwise }, seen) => {
    const donors = fromFloat32Text(values);
    const filled = data.slice();
    for (let row = 0; row * width < data.length; row++) {
      const own = filled.subarray(row * width, (row + 1) * width);
      if (!own.some(Number.isNaN)) continue;
      const chosen = nearestDonors(distancesOf(seen!, row), donors, width);
      own.forEach((x, k) => {
        if (Number.isNaN(x)) own[k] = chosen.length === 0 ? otherwise[k]! : meanOfDonors(chosen, donors, k, width);
      });
    }
    return filled;
  },
  words: ({ values, otherwise, filled }) => {
    const rows = fromFloat32Text(values).length / otherwise.length;
    return `${missingOnes(filled)} by the ${NEIGHBOURS} nearest of ${rows.toLocaleString("en-US")} training rows`;
  },
  compile: (b, x, { values, otherwise }, seen) => {
    const width = otherwise.length;
    const donors = fromFloat32Text(values);
    const count = donors.length / width;
    const has = Array.from({ length: count }, (_, row) => Number(!Number.isNaN(donors[row * width]!)));
    const scalar = (value: number) => b.constant("float64", [], [value]);
    const isDonor = b.op("Greater", [b.constant("float32", [1, count], has), b.scalar(0.5)]);
    const distances = b.op("Where", [isDonor, seen!.distances!, scalar(FAR)]);
    const [near, places] = b.multi("TopK", [distances, b.ints([Math.min(NEIGHBOURS, count)])], 2, {
      axis: 1,
      largest: 0,
      sorted: 1,
    });
    const known = b.constant(
      "float32",
      [count, width],
      Array.from(donors, (value) => (Number.isNaN(value) ? 0 : value)),
    );
    const told = b.op("Cast", [b.op("Gather", [known, places!])], { to: FLOAT64 }); // [batch, neighbours, width]
    const isNear = b.op("Cast", [b.op("Less", [near!, scalar(FAR)])], { to: FLOAT64 });
    const weights = b.op("Unsqueeze", [isNear, b.ints([2])]);
    const sum = b.op("ReduceSum", [b.op("Mul", [told, weights]), b.ints([1])], { keepdims: 0 }); // [batch, width]
    const used = b.op("ReduceSum", [isNear, b.ints([1])], { keepdims: 1 }); // [batch, 1]
    const mean = b.op("Cast", [b.op("Div", [sum, b.op("Max", [used, scalar(1)])])], { to: FLOAT32 });
    const found = b.op("Where", [b.op("Greater", [used, scalar(0.5)]), mean, rowOf(b, otherwise)]);
    return b.op("Where", [b.op("IsNaN", [x]), found, x]);
  },
};

/** The rows whose values count, nearest first. */
function nearestDonors(distances: Float64Array, donors: Float32Array, width: number): number[] {
  const chosen: number[] = [];
  // Few are kept in order: of equal distances the one that stands before stays before.
  for (const [row, distance] of distances.entries()) {
    if (distance >= FAR || Number.isNaN(donors[row * width]!)) continue;
    if (chosen.length === NEIGHBOURS && distance >= distances[chosen.at(-1)!]!) continue;
    let at = chosen.length;
    while (at > 0 && distances[chosen[at - 1]!]! > distance) at--;
    chosen.splice(at, 0, row);
    if (chosen.length > NEIGHBOURS) chosen.pop();
  }
  return chosen;
}

function meanOfDonors(chosen: readonly number[], donors: Float32Array, k: number, width: number): number {
  return chosen.reduce((sum, row) => sum + donors[row * width + k]!, 0) / chosen.length;
}

export function fitNearest(data: Float32Array, width: number, { drawn }: LearningRows): NearestRows {
  const values = new Float32Array(drawn.length * width);
  for (const [at, row] of drawn.entries()) values.set(data.subarray(row * width, (row + 1) * width), at * width);
  return {
    values: toFloat32Text(values),
    otherwise: Array.from({ length: width }, (_, column) => Math.fround(meanOf(finiteValues(data, width, column)))),
    filled: missingRows(data, width),
  };
}
