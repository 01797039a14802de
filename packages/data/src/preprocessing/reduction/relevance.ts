import { ModelwrightError } from "@modelwright/contracts";
import type { Feature } from "../feature-input.ts";
import type { FeatureTarget } from "../feature-target.ts";
import { meanOf, varianceOf } from "../statistics.ts";
import type { FeatureMatrix } from "./projections.ts";

export interface SelectSettings {
  /**
   * "variance": how much a feature varies. "mutual-information": what it tells of the target, in nats, between
   * values of equal shares of the rows. "chi-square": how far sums by class lie from equal ones, of features
   * that are never negative. "f-score": how far means of classes lie apart, compared with values of one class;
   * of numbers that are predicted, how well a line through the feature tells them.
   */
  readonly by: RelevanceName;
  /** Keep the most relevant ones, so many at most. Default: all. */
  readonly most?: number | undefined;
  /** Keep those of more relevance than this. Default 0. */
  readonly above?: number | undefined;
}

/** Parts that numbers are told apart by. */
const PARTS = 16;

/** Numbers of a feature, without the rows that lack it, and the target of these rows. */
interface Telling {
  readonly values: Float32Array;
  readonly target: FeatureTarget | undefined;
  readonly feature: string;
}

type Relevance = (telling: Telling) => number;

/** Of plain numbers; of codes the highest of a 0 or 1 for each. */
const RELEVANCES = {
  variance: ({ values }) => varianceOf(Float64Array.from(values)),
  "chi-square": ({ values, target, feature }) => {
    const known = needed(target, feature);
    if (known.kind !== "class") return refuse("features.select by chi-square", "needs a target of classes", "numbers");
    if (!values.every((value) => value >= 0))
      refuse(
        `features.select by chi-square of "${feature}"`,
        "needs numbers from 0 (scale: min-max)",
        "a negative one",
      );
    return chiSquare(values, known);
  },
  "f-score": ({ values, target, feature }) => {
    const known = needed(target, feature);
    return known.kind === "class" ? classScore(values, known) : lineScore(values, known.values);
  },
} as const satisfies Record<string, Relevance>;

export type RelevanceName = keyof typeof RELEVANCES | "mutual-information";

/**
 * The places of the features that are relevant enough, ascending; at least the most relevant one.
 *
 * @throws {ModelwrightError} `FEATURES_SETTING_INVALID` for a relevance that these features or this target have not.
 */
export function chooseFeatures(
  matrix: FeatureMatrix,
  features: readonly Pick<Feature, "name" | "categories">[],
  settings: SelectSettings,
): readonly number[] {
  return mostRelevant(
    features.map((feature, place) => relevanceOf(matrix, { ...feature, place }, settings.by)),
    settings,
  );
}

/** The places of the most relevant features, ascending; at least one. */
export function mostRelevant(
  relevance: readonly number[],
  { most = relevance.length, above = 0 }: Pick<SelectSettings, "most" | "above">,
): readonly number[] {
  const ranked = [...relevance.keys()].sort((a, b) => relevance[b]! - relevance[a]! || a - b);
  const kept = ranked.filter((place) => relevance[place]! > above).slice(0, most);
  return (kept.length > 0 ? kept : ranked.slice(0, 1)).sort((a, b) => a - b);
}

function relevanceOf(
  { data, width, target }: FeatureMatrix,
  { name, place, categories }: Pick<Feature, "name" | "categories"> & { readonly place: number },
  by: RelevanceName,
): number {
  const values = Float32Array.from({ length: data.length / width }, (_, row) => data[row * width + place]!);
  if (by === "mutual-information") {
    const codes =
      categories === undefined ? partsOf(values) : Int32Array.from(values, (code) => (code >= 0 ? code : -1));
    return mutualInformation(codes, targetParts(needed(target, name)));
  }
  if (categories === undefined) {
    const filled = Int32Array.from([...values.keys()].filter((row) => !Number.isNaN(values[row]!)));
    const known = Float32Array.from(filled, (row) => values[row]!);
    return RELEVANCES[by]({ values: known, target: target && targetOf(target, filled), feature: name });
  }
  const scores = Array.from({ length: categories }, (_, code) =>
    RELEVANCES[by]({ values: values.map((value) => Number(value === code)), target, feature: name }),
  );
  return Math.max(0, ...scores);
}

function targetOf(target: FeatureTarget, rows: Int32Array): FeatureTarget {
  if (target.kind === "number") return { ...target, values: Float64Array.from(rows, (row) => target.values[row]!) };
  return { ...target, codes: rows.map((row) => target.codes[row]!) };
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

/** As scikit-learn's `f_classif`; 0 where there is no spread at all. */
function classScore(values: Float32Array, { codes, classes }: Extract<FeatureTarget, { kind: "class" }>): number {
  const [sums, sizes] = [new Float64Array(classes), new Float64Array(classes)];
  for (const [row, code] of codes.entries()) {
    sums[code]! += values[row]!;
    sizes[code]!++;
  }
  const mean = meanOf(Float64Array.from(values));
  const groups = sizes.filter((size) => size > 0).length;
  const between = sums.reduce(
    (sum, own, k) => sum + (sizes[k] === 0 ? 0 : sizes[k]! * (own / sizes[k]! - mean) ** 2),
    0,
  );
  const within = values.reduce((sum, value, row) => sum + (value - sums[codes[row]!]! / sizes[codes[row]!]!) ** 2, 0);
  return ratio(between / (groups - 1), within / (values.length - groups));
}

/** As scikit-learn's `f_regression`. */
function lineScore(values: Float32Array, target: Float64Array): number {
  const [x, y] = [meanOf(Float64Array.from(values)), meanOf(target)];
  let [xx, yy, xy] = [0, 0, 0];
  for (const [row, value] of values.entries()) {
    const [a, b] = [value - x, target[row]! - y];
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  const explained = xx * yy === 0 ? 0 : (xy * xy) / (xx * yy);
  return ratio(explained * (values.length - 2), 1 - explained);
}

/** Infinite where all is explained. */
function ratio(above: number, below: number): number {
  if (!(above > 0)) return 0;
  return below > 0 ? above / below : Number.POSITIVE_INFINITY;
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
  return target ?? refuse(`features.select of "${feature}"`, "needs a target", "none");
}

function refuse(setting: string, rule: string, got: string): never {
  throw new ModelwrightError("FEATURES_SETTING_INVALID", { setting, rule, got });
}
