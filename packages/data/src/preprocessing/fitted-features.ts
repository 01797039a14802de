import type { GraphBuilder, Value } from "@modelwright/engine";
import type { ColumnKind, Frame } from "../frames/frame.ts";
import type { Feature, FeatureInput } from "./feature-input.ts";
import type { FeatureTarget } from "./feature-target.ts";
import {
  applyColumn,
  applyColumnToTraining,
  besideEachOther,
  columnFeatures,
  compileColumn,
  type FittedColumn,
} from "./fitted-column.ts";
import { columnsOf } from "./frame-feeds.ts";
import { type FittedReduction, reductionOf } from "./reduction/table.ts";

/** Everything that was learnt, as plain JSON. */
export interface FittedFeaturesJson {
  readonly columns: readonly FittedColumn[];
  /** What follows, of all features together. */
  readonly reductions: readonly FittedReduction[];
}

const DTYPES = { number: "float32", category: "string", date: "int64", text: "string" } as const satisfies Record<
  ColumnKind,
  string
>;

/** How raw columns become numbers, as it was learnt from training rows; and the same as a part of a graph. */
export class FittedFeatures {
  /** One per raw column that the graph takes. */
  readonly inputs: readonly FeatureInput[];
  /** One per number that comes out, in their order. */
  readonly features: readonly Feature[];
  readonly #json: FittedFeaturesJson;
  /** Before they are reduced. */
  readonly #encoded: readonly Feature[];

  constructor(json: FittedFeaturesJson) {
    this.#json = json;
    this.inputs = json.columns.map(({ input }) => input);
    this.#encoded = distinct(json.columns.flatMap(columnFeatures));
    this.features = json.reductions.reduce(
      (features: readonly Feature[], { reduce, state }) => reductionOf(reduce).features(features, state),
      this.#encoded,
    );
  }

  toJSON(): FittedFeaturesJson {
    return this.#json;
  }

  /**
   * What the graph computes, here.
   *
   * @returns `[rows, features]`, row-major.
   * @throws {ModelwrightError} `FEATURES_COLUMN_MISSING`, `FEATURES_COLUMN_KIND`.
   */
  apply(frame: Frame): Float32Array {
    const raw = columnsOf(this.inputs, frame);
    const blocks = this.#json.columns.map((column, i) => applyColumn(column, raw[i]!));
    return this.#reduce(besideEachOther(blocks, frame.rows));
  }

  /**
   * What a model is trained on: as `apply`, but that encodings by the target tell each row from others alone.
   *
   * @param frame The rows that were learnt from.
   * @param target Theirs, as `fitFeatures` got it.
   * @returns `[rows, features]`, row-major.
   */
  applyToTraining(frame: Frame, target?: FeatureTarget): Float32Array {
    const raw = columnsOf(this.inputs, frame);
    const blocks = this.#json.columns.map((column, i) => applyColumnToTraining(column, raw[i]!, target));
    return this.#reduce(besideEachOther(blocks, frame.rows));
  }

  /**
   * Adds the graph's inputs, one per raw column, and what makes numbers of them.
   *
   * @param given Inputs that the graph has already, by name. Default: none.
   * @returns float32 `[batch, features]`.
   */
  compile(b: GraphBuilder, given: ReadonlyMap<string, Value> = new Map()): Value {
    const raw = this.inputs.map(({ feed, kind }) => given.get(feed) ?? b.input(feed, DTYPES[kind], ["batch", 1]));
    return b.scope("features", () => {
      const blocks = this.#json.columns.map((column, i) => compileColumn(b, raw[i]!, column));
      const encoded = blocks.length === 1 ? blocks[0]! : b.op("Concat", blocks, { axis: 1 });
      return this.#json.reductions.reduce((x, { reduce, state }) => reductionOf(reduce).compile(b, x, state), encoded);
    });
  }

  #reduce(encoded: Float32Array): Float32Array {
    let [data, features] = [encoded, this.#encoded];
    for (const { reduce, state } of this.#json.reductions) {
      data = reductionOf(reduce).apply(data, features.length, state);
      features = reductionOf(reduce).features(features, state);
    }
    return data;
  }
}

/** A name that stands twice gets a number. */
function distinct(features: readonly Feature[]): Feature[] {
  const taken = new Set<string>();
  return features.map((feature) => {
    let { name } = feature;
    for (let again = 2; taken.has(name); again++) name = `${feature.name} (${again})`;
    taken.add(name);
    return { ...feature, name };
  });
}
