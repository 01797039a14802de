import {
  type FeatureInput,
  type FittedFeatures,
  feedOf,
  HISTORY_FEED,
  isOfWindow,
  type SeriesShape,
} from "@modelwright/data";
import { type DType, type Graph, GraphBuilder, type Value } from "@modelwright/engine";

const DTYPES = { number: "float32", category: "string", date: "int64", text: "string" } as const;

/** Of the mean size of values, at least so much is the scale of a window. */
const LEAST_SCALE = 1e-4;

/**
 * Builds the graph that forecasts windows. Its inputs are raw: the values before the origin, and of the columns that a model reads `[batch, 1]`
 * for a window and `[batch, horizon]` for its steps.
 */
export class ForecastGraph {
  readonly b = new GraphBuilder({ name: "forecast" });
  readonly shape: SeriesShape;
  /** float32 `[batch, context]`, NaN: missing. */
  readonly history: Value;
  readonly #features: FittedFeatures | undefined;
  readonly #made = new Map<string, Value>();

  /** @param features What is made of the other columns, for each step of each window. Undefined: nothing. */
  constructor(shape: SeriesShape, features: FittedFeatures | undefined) {
    this.shape = shape;
    this.#features = features;
    this.history = this.b.input(HISTORY_FEED, "float32", ["batch", shape.context]);
  }

  /** The columns that it reads. */
  get columns(): readonly FeatureInput[] {
    return this.#features?.inputs ?? [];
  }

  #widthOf(column: string): number {
    const { columns, past, horizon } = this.shape;
    return isOfWindow({ series: columns.series, past }, column) ? 1 : horizon;
  }

  /** Its inputs, as the manifest's signature has them. */
  get inputs(): { name: string; dtype: string; shape: number[] }[] {
    const { context } = this.shape;
    const own = this.columns.map(({ name, kind, ...input }) => ({
      name: feedOf({ name, ...input }),
      dtype: DTYPES[kind] as string,
      shape: [-1, this.#widthOf(name)],
    }));
    return [{ name: HISTORY_FEED, dtype: "float32", shape: [-1, context] }, ...own];
  }

  /** What the other columns say of each step, float32 `[batch · horizon, features]`; undefined where there are none. */
  stepNumbers(): Value | undefined {
    const features = this.#features;
    if (features === undefined) return undefined;
    return this.#once("columns", () => features.compile(this.b, this.#rows()));
  }

  /** Raw columns with a row per step, by feed: `[batch · horizon, 1]`. */
  #rows(): Map<string, Value> {
    const { b } = this;
    const { horizon } = this.shape;
    const steps = new Map<string, Value>();
    for (const { name, kind, ...input } of this.columns) {
      const feed = feedOf({ name, ...input });
      const width = this.#widthOf(name);
      const raw = b.input(feed, DTYPES[kind] satisfies DType, ["batch", width]);
      const each = width === horizon ? raw : b.op("Expand", [raw, b.ints([1, horizon])]);
      steps.set(feed, b.op("Reshape", [each, b.ints([-1, 1])]));
    }
    return steps;
  }

  /** Of a value per window `[batch, n]` the same at every step, `[batch · horizon, n]`. */
  atEveryStep(values: Value, width: number): Value {
    const { b } = this;
    const wide = b.op("Unsqueeze", [values, b.ints([1])]);
    const each = b.op("Expand", [wide, b.ints([1, this.shape.horizon, 1])]);
    return b.op("Reshape", [each, b.ints([-1, width])]);
  }

  /** Of a value per step `[batch, horizon]` a row each, `[batch · horizon, 1]`. */
  byStep(values: Value): Value {
    return this.b.op("Reshape", [values, this.b.ints([-1, 1])]);
  }

  /** Values of the history at places from its begin on, float32 `[batch, places]`; a place that it has not is missing. */
  valuesAt(places: readonly number[]): Value {
    const { b } = this;
    const { context } = this.shape;
    const known = places.map((place) => (place >= 0 && place < context ? place : 0));
    const values = b.op("Gather", [this.history, b.ints(known)], { axis: 1 });
    if (known.every((place, i) => place === places[i])) return values;
    const isThere = places.map((place, i) => (place === known[i] ? 0 : Number.NaN));
    return b.op("Add", [values, b.constant("float32", [1, places.length], isThere)]);
  }

  /** Mean of those of some values that are there, `[batch, n]` to `[batch, 1]`; NaN of none. */
  meanOf(values: Value): Value {
    const { b } = this;
    const isMissing = b.op("IsNaN", [values]);
    const present = b.op("Cast", [b.op("Not", [isMissing])], { to: 1 });
    const sum = b.op("ReduceSum", [b.op("Where", [isMissing, b.scalar(0), values]), b.ints([1])], { keepdims: 1 });
    return b.op("Div", [sum, b.op("ReduceSum", [present, b.ints([1])], { keepdims: 1 })]);
  }

  /** The last so many values, `[batch, count]`. */
  last(count: number): Value {
    const { context } = this.shape;
    const most = Math.min(count, context);
    return this.valuesAt(Array.from({ length: most }, (_, i) => context - most + i));
  }

  orElse(values: Value, other: Value): Value {
    return this.b.op("Where", [this.b.op("IsNaN", [values]), other, values]);
  }

  /** Mean of the last season, or the last value of series without one; 0 where there is no value at all. `[batch, 1]`. */
  level(): Value {
    return this.#once("level", () => {
      const { season } = this.shape;
      const recent = this.meanOf(this.last(season));
      const around = this.orElse(this.meanOf(this.last(4 * season)), this.meanOf(this.history));
      return this.orElse(this.orElse(recent, around), this.b.scalar(0));
    });
  }

  /** How far values of one season and the next are apart, as MASE measures errors; above 0. `[batch, 1]`. */
  scale(): Value {
    return this.#once("scale", () => {
      const { b } = this;
      const { season, context } = this.shape;
      const size = this.orElse(this.meanOf(b.op("Abs", [this.history])), b.scalar(0));
      const least = b.op("Mul", [size, b.scalar(LEAST_SCALE)]);
      const later = this.valuesAt(Array.from({ length: Math.max(1, context - season) }, (_, i) => season + i));
      const earlier = this.valuesAt(Array.from({ length: Math.max(1, context - season) }, (_, i) => i));
      const apart = this.orElse(this.meanOf(b.op("Abs", [b.op("Sub", [later, earlier])])), size);
      const scale = b.op("Max", [apart, least]);
      return b.op("Where", [b.op("Greater", [scale, b.scalar(0)]), scale, b.scalar(1)]);
    });
  }

  /** For each step the value one season before, or as many seasons before as there is one; otherwise the level. `[batch, horizon]`. */
  seasonalNaive(): Value {
    return this.#once("naive", () => {
      const [near, ...farther] = [1, 2, 3, 4].map((seasons) => this.valuesAt(this.seasonPlaces(seasons)));
      const found = farther.reduce((value, other) => this.orElse(value, other), near!);
      return this.orElse(found, this.level());
    });
  }

  /** Of each step the place of the value so many whole seasons before, none of them within the forecast. */
  seasonPlaces(seasons: number): number[] {
    const { season, horizon, context } = this.shape;
    return Array.from({ length: horizon }, (_, step) => context - seasons * season + (step % season));
  }

  /** A value that is made once, whatever asks for it. */
  #once(name: string, make: () => Value): Value {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const value = this.b.scope(name, make);
    this.#made.set(name, value);
    return value;
  }

  build(): Graph {
    return this.b.build();
  }
}
