import { finiteValues, meanOf, quantileOf, varianceOf } from "../statistics.ts";
import { rowOf, type Step } from "./step.ts";

/** (x − offset)·factor, by column. */
export interface Scaling {
  readonly offset: readonly number[];
  readonly factor: readonly number[];
  readonly by: ScalerName;
}

/** Offset and unit by a column's finite values, sorted. */
const SCALERS = {
  /** Mean 0 and variance 1. */
  standard: (sorted: Float64Array) => [meanOf(sorted), Math.sqrt(varianceOf(sorted))],
  /** From 0 to 1. */
  "min-max": (sorted: Float64Array) => [sorted[0] ?? 0, (sorted.at(-1) ?? 0) - (sorted[0] ?? 0)],
  /** Median 0, and 1 between the quartiles: outliers do not count. */
  robust: (sorted: Float64Array) => [quantileOf(sorted, 0.5), quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)],
} as const satisfies Record<string, (sorted: Float64Array) => readonly [offset: number, unit: number]>;

export type ScalerName = keyof typeof SCALERS;

const SCALED: Readonly<Record<ScalerName, string>> = {
  standard: "scaled to mean 0 and deviation 1",
  "min-max": "scaled from 0 to 1",
  robust: "scaled by median and quartiles",
};

export const scale: Step<Scaling> = {
  apply: (data, width, { offset, factor }) =>
    data.map((x, i) => Math.fround(Math.fround(x - offset[i % width]!) * factor[i % width]!)),
  words: ({ by }) => SCALED[by],
  compile: (b, x, { offset, factor }) => b.op("Mul", [b.op("Sub", [x, rowOf(b, offset)]), rowOf(b, factor)]),
};

/** A column whose values hardly differ keeps its unit. */
export function fitScaling(data: Float32Array, width: number, name: ScalerName): Scaling {
  const fitted = Array.from({ length: width }, (_, column) => SCALERS[name](finiteValues(data, width, column).sort()));
  return {
    by: name,
    offset: fitted.map(([offset]) => Math.fround(offset)),
    factor: fitted.map(([, unit]) => {
      const factor = Math.fround(1 / unit);
      return Number.isFinite(factor) ? factor : 1;
    }),
  };
}
