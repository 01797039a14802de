import { ModelwrightError } from "@modelwright/contracts";
import type { FeatureTarget } from "../feature-target.ts";
import { varianceOf } from "../statistics.ts";
import type { FeatureMatrix } from "./projections.ts";

export interface SelectSettings {
  /**
   * "variance": how much a feature varies. "mutualInformation": what it tells of the target, in nats, between
   * values of equal shares of the rows. "chiSquare": how far sums by class lie from equal ones, of features
   * that are never negative.
   */
  readonly by: RelevanceName;
  /** Keep the most relevant ones, so many at most. Default: all. */
  readonly most?: number;
  /** Keep those of more relevance than this. Default 0. */
  readonly above?: number;
}

/** Parts that numbers are told apart by. */
const PARTS = 16;

type Relevance = (values: Float32Array, target: FeatureTarget | undefined, feature: string) => number;

const RELEVANCES = {
  variance: (values) => varianceOf(Float64Array.from(values.filter((value) => !Number.isNaN(value)))),
  mutualInformation: (values, target, feature) =>
    mutualInformation(partsOf(values), targetParts(needed(target, `"${feature}"`))),
  chiSquare: (values, target, feature) => {
    const known = needed(target, `"${feature}"`);
    if (known.kind !== "class") return refuse("selection by chiSquare", "needs a target of classes", "numbers");
    if (!values.every((value) => value >= 0))
      refuse(`"${feature}"`, "has no negative or missing value, for chiSquare", "one");
    return chiSquare(values, known);
  },
} as const satisfies Record<string, Relevance>;

export type RelevanceName = keyof typeof RELEVANCES;

/** The places of the features that are relevant enough, ascending; at least the most relevant one. */
export function chooseFeatures(
  { data, width, target }: FeatureMatrix,
  names: readonly string[],
  { by, most = width, above = 0 }: SelectSettings,
): readonly number[] {
  const rows = data.length / width;
  const relevance = names.map((name, column) =>
    RELEVANCES[by](
      Float32Array.from({ length: rows }, (_, row) => data[row * width + column]!),
      target,
      name,
    ),
  );
  const ranked = [...relevance.keys()].sort((a, b) => relevance[b]! - relevance[a]! || a - b);
  const kept = ranked.filter((place) => relevance[place]! > above).slice(0, most);
  return (kept.length > 0 ? kept : ranked.slice(0, 1)).sort((a, b) => a - b);
}

/** What codes tell of each other, in nats. */
export function mutualInformation(a: Int32Array, b: Int32Array): number {
  const [left, right, both] = [new Map<number, number>(), new Map<number, number>(), new Map<string, number>()];
  for (const [row, code] of a.entries()) {
    const other = b[row]!;
    left.set(code, (left.get(code) ?? 0) + 1);
    right.set(other, (right.get(other) ?? 0) + 1);
    both.set(`${code} ${other}`, (both.get(`${code} ${other}`) ?? 0) + 1);
  }
  let sum = 0;
  for (const [key, count] of both) {
    const [code, other] = key.split(" ").map(Number) as [number, number];
    sum += (count / a.length) * Math.log((count * a.length) / (left.get(code)! * right.get(other)!));
  }
  return Math.max(0, sum);
}

/** As scikit-learn's `chi2`. */
function chiSquare(values: Float32Array, { codes, classes }: Extract<FeatureTarget, { kind: "class" }>): number {
  const [observed, sizes] = [new Float64Array(classes), new Float64Array(classes)];
  for (const [row, code] of codes.entries()) {
    observed[code]! += values[row]!;
    sizes[code]!++;
  }
  const total = observed.reduce((sum, value) => sum + value, 0);
  return observed.reduce((sum, value, code) => {
    const expected = (total * sizes[code]!) / values.length;
    return expected === 0 ? sum : sum + (value - expected) ** 2 / expected;
  }, 0);
}

/**
 * Each value as the number of its part: itself where there are few different ones, otherwise its quantile;
 * missing ones have their own.
 */
function partsOf(values: ArrayLike<number>): Int32Array {
  const known = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const distinct = [...new Set(known)];
  const bounds = distinct.length <= PARTS ? distinct : quantileBounds(known);
  return Int32Array.from(Array.from(values), (value) =>
    Number.isNaN(value) ? -1 : bounds.findLastIndex((bound) => value >= bound),
  );
}

function quantileBounds(sorted: Float64Array): number[] {
  return [...new Set(Array.from({ length: PARTS }, (_, k) => sorted[Math.floor((k * sorted.length) / PARTS)]!))];
}

function targetParts(target: FeatureTarget): Int32Array {
  return target.kind === "class" ? target.codes : partsOf(target.values);
}

function needed(target: FeatureTarget | undefined, feature: string): FeatureTarget {
  return target ?? refuse(`the selection of ${feature}`, "needs a target", "none");
}

function refuse(setting: string, rule: string, got: string): never {
  throw new ModelwrightError("FEATURES_SETTING_INVALID", { setting, rule, got });
}
