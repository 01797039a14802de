import type { DriftPart, Sketch, SketchKind, SketchOf } from "@modelwright/contracts";
import { intervalOf, quantileOf } from "../preprocessing/statistics.ts";
import { sortedNumbers } from "../profile/summarize-numbers.ts";

/** Values of a column, a row each. */
export type Observed =
  /** NaN: missing. */
  | { readonly kind: "number"; readonly values: ArrayLike<number> }
  | { readonly kind: "category"; readonly values: readonly (string | null)[] }
  /** All of one width. */
  | { readonly kind: "vector"; readonly values: readonly (ArrayLike<number> | null)[] };

export type ObservedOf<Kind extends SketchKind> = Extract<Observed, { readonly kind: Kind }>;

/** Values of a column, and what of predictions they are. */
export type ObservedColumn = Observed & {
  /** Default: `input`. */
  readonly part?: DriftPart;
};

/** Intervals of numbers: tenths of the reference. */
const INTERVALS = 10;
/** Categories that a reference names; those of fewer rows are together. */
const MOST_CATEGORIES = 50;
/**
 * Rows of a sample. Of 1,000 and 1,000 numbers the Kolmogorov-Smirnov test sees distribution functions that are 0.06
 * apart; comparing vectors costs the square of them.
 */
const SAMPLED: Readonly<Record<SketchKind, number>> = { number: 1000, category: 0, vector: 250 };

export interface SketchOptions {
  /** What names each row for good, such as a prediction's id. Default: its place, from 0. */
  readonly keys?: readonly (string | number)[];
  /** Rows of the sample at most. Default: 1,000 numbers, 250 vectors. */
  readonly sampled?: number;
}

/** How the sketches of one kind are made and brought together. */
interface Sketching<Kind extends SketchKind> {
  /** A sketch of no rows that decides how rows are counted: intervals and categories come from these rows alone. */
  readonly layout: (observed: ObservedOf<Kind>) => SketchOf<Kind>;
  readonly fill: (layout: SketchOf<Kind>, observed: ObservedOf<Kind>, options: SketchOptions) => SketchOf<Kind>;
  readonly merge: (one: SketchOf<Kind>, other: SketchOf<Kind>, sampled: number) => SketchOf<Kind>;
}

const SKETCHING: { readonly [Kind in SketchKind]: Sketching<Kind> } = {
  number: {
    layout: ({ values }) => {
      const edges = edgesOf(sortedNumbers(Float64Array.from(values)));
      return {
        kind: "number",
        edges,
        counts: new Array<number>(edges.length + 1).fill(0),
        missing: 0,
        sample: NO_SAMPLE,
      };
    },
    fill: ({ kind, edges }, { values }, options) => {
      const counts = new Array<number>(edges.length + 1).fill(0);
      let missing = 0;
      for (let row = 0; row < values.length; row++) {
        if (Number.isNaN(values[row]!)) missing++;
        else counts[intervalOf(values[row]!, edges)]!++;
      }
      const sample = sampleOf(Array.from(values), (value) => !Number.isNaN(value), kind, options);
      return { kind, edges, counts, missing, sample };
    },
    merge: (one, other, sampled) => ({
      ...one,
      counts: one.counts.map((count, i) => count + other.counts[i]!),
      missing: one.missing + other.missing,
      sample: mergeSamples(one.sample, other.sample, sampled),
    }),
  },
  category: {
    layout: ({ values }) => {
      const counts = [...countsOf(values)].sort((a, b) => b[1] - a[1]).slice(0, MOST_CATEGORIES);
      return { kind: "category", counts: counts.map(([name]) => [name, 0]), other: 0, missing: 0 };
    },
    fill: ({ kind, counts: named }, { values }) => {
      const counts = countsOf(values);
      const kept = named.map(([name]): [string, number] => [name, counts.get(name) ?? 0]);
      const filled = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const other = filled - kept.reduce((sum, [, count]) => sum + count, 0);
      for (const [name] of named) counts.delete(name);
      return { kind, counts: kept, other, missing: values.length - filled, ...unnamed(counts) };
    },
    merge: (one, other) => {
      const counts = new Map(other.counts);
      return {
        ...one,
        counts: one.counts.map(([name, count]): [string, number] => [name, count + (counts.get(name) ?? 0)]),
        other: one.other + other.other,
        missing: one.missing + other.missing,
        ...unnamed(added(one.unnamed, other.unnamed)),
      };
    },
  },
  vector: {
    layout: ({ values }) => {
      const width = values.find((vector) => vector !== null)?.length ?? 0;
      return { kind: "vector", rows: 0, mean: new Array<number>(width).fill(0), missing: 0, sample: NO_SAMPLE };
    },
    fill: ({ kind, mean: { length: width } }, { values }, options) => {
      const mean = new Array<number>(width).fill(0);
      let rows = 0;
      for (const vector of values) {
        if (vector === null) continue;
        rows++;
        for (let i = 0; i < width; i++) mean[i]! += (vector[i]! - mean[i]!) / rows;
      }
      const { priorities, values: found } = sampleOf(values, (vector) => vector !== null, kind, options);
      const sample = { priorities, values: found.map((vector) => Array.from(vector!)) };
      return { kind, rows, mean, missing: values.length - rows, sample };
    },
    merge: (one, other, sampled) => {
      const rows = one.rows + other.rows;
      const weight = rows === 0 ? 0 : other.rows / rows;
      return {
        kind: "vector",
        rows,
        mean: one.mean.map((value, i) => value + (other.mean[i]! - value) * weight),
        missing: one.missing + other.missing,
        sample: mergeSamples(one.sample, other.sample, sampled),
      };
    },
  },
};

/** Names that are kept of the categories that a reference does not name. */
const MOST_UNNAMED = 20;

function unnamed(counts: ReadonlyMap<string, number>): Pick<SketchOf<"category">, "unnamed"> {
  const most = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_UNNAMED);
  return most.length === 0 ? {} : { unnamed: most };
}

function added(one: SketchOf<"category">["unnamed"] = [], other: typeof one = []): Map<string, number> {
  const counts = new Map(one);
  for (const [name, count] of other) counts.set(name, (counts.get(name) ?? 0) + count);
  return counts;
}

/** The upper edges of tenths of numbers, the last of which has none; fewer where tenths are equal. */
export function edgesOf(sorted: Float64Array): number[] {
  if (sorted.length === 0) return [];
  const ends = Array.from({ length: INTERVALS - 1 }, (_, i) => quantileOf(sorted, (i + 1) / INTERVALS));
  return [...new Set(ends)];
}

/** A sketch of a reference: how it counts is decided by its own rows. */
export function sketchReference(observed: Observed, options: SketchOptions = {}): Sketch {
  return sketchLike(sketching(observed.kind).layout(observed), observed, options);
}

/** A sketch of other rows of the same column, which counts as the given one does. */
export function sketchLike(layout: Sketch, observed: Observed, options: SketchOptions = {}): Sketch {
  return sketching(observed.kind).fill(layout, observed, options);
}

/**
 * The sketch of the rows of two sketches of one layout. It is that of all the rows: whoever brings windows or replicas
 * together loses nothing.
 */
export function mergeSketches(one: Sketch, other: Sketch): Sketch {
  return sketching(one.kind).merge(one, other, SAMPLED[one.kind]);
}

/** Rows with a value. */
export function filledRows(sketch: Sketch): number {
  if (sketch.kind === "vector") return sketch.rows;
  if (sketch.kind === "number") return sketch.counts.reduce((sum, count) => sum + count, 0);
  return sketch.counts.reduce((sum, [, count]) => sum + count, sketch.other);
}

function sketching(kind: SketchKind): Sketching<SketchKind> {
  return SKETCHING[kind] as unknown as Sketching<SketchKind>;
}

function countsOf(values: readonly (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

interface Sample<Value> {
  readonly priorities: number[];
  readonly values: Value[];
}

const NO_SAMPLE = { priorities: [], values: [] };

/**
 * The rows whose names have the lowest hashes: as random as a draw, and the same whoever draws in whatever parts.
 *
 * @see Cohen & Kaplan, "Summarizing data using bottom-k sketches", 2007
 */
function sampleOf<Value>(
  values: readonly Value[],
  isFilled: (value: Value) => boolean,
  kind: SketchKind,
  { keys, sampled = SAMPLED[kind] }: SketchOptions,
): Sample<Value> {
  const rows = [...values.keys()].filter((row) => isFilled(values[row]!));
  const priorities = rows.map((row) => hashOf(keys?.[row] ?? row));
  return lowest({ priorities, values: rows.map((row) => values[row]!) }, sampled);
}

function mergeSamples<Value>(one: Sample<Value>, other: Sample<Value>, sampled: number): Sample<Value> {
  const priorities = [...one.priorities, ...other.priorities];
  return lowest({ priorities, values: [...one.values, ...other.values] }, sampled);
}

function lowest<Value>(sample: Sample<Value>, sampled: number): Sample<Value> {
  const { priorities, values } = sample;
  const order = [...priorities.keys()].sort((a, b) => priorities[a]! - priorities[b]!).slice(0, sampled);
  return { priorities: order.map((row) => priorities[row]!), values: order.map((row) => values[row]!) };
}

/** Which rows of some are drawn, whoever draws: so many places at most, those of the lowest hashes first. */
export function sampledRows(keys: readonly (string | number)[], most: number): number[] {
  const priorities = keys.map(hashOf);
  return lowest({ priorities, values: [...keys.keys()] }, most).values;
}

/** 53 bits of what names a row (FNV-1a, twice, finished as MurmurHash3 is). */
function hashOf(key: string | number): number {
  const text = String(key);
  let [high, low] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    high = Math.imul(high ^ text.charCodeAt(i), 0x01000193);
    low = Math.imul(low ^ text.charCodeAt(i), 0x85ebca6b);
  }
  return (mixed(high) >>> 11) * 2 ** 32 + (mixed(low ^ high) >>> 0);
}

function mixed(bits: number): number {
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
