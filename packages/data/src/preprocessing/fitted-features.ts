import type { GraphBuilder, Value } from "@modelwright/engine";
import type { ColumnKind, Frame } from "../frames/frame.ts";
import { encoderOf } from "./encoders/table.ts";
import { type Feature, type FeatureInput, feedOf } from "./feature-input.ts";
import type { FeatureTarget } from "./feature-target.ts";
import {
  applyColumn,
  applyColumnToTraining,
  besideEachOther,
  columnFeatures,
  columnInWords,
  columnLooksAround,
  compileColumn,
  type FittedColumn,
} from "./fitted-column.ts";
import { compileOthers, type FittedOthers, seeRows } from "./fitted-others.ts";
import { columnsOf } from "./frame-feeds.ts";
import type { SelectionBy } from "./reduction/select.ts";
import { type FittedReduction, looksAtTarget, reductionOf } from "./reduction/table.ts";

/** Everything that was learnt, as plain JSON. */
export interface FittedFeaturesJson {
  readonly columns: readonly FittedColumn[];
  /** How all columns are read where they tell what is missing in one. Absent: none is told so. */
  readonly others?: FittedOthers | undefined;
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
    this.inputs = eachFeedOnce([...json.columns, ...(json.others?.columns ?? [])].map(({ input }) => input));
    this.#encoded = distinct(json.columns.flatMap(columnFeatures));
    this.features = json.reductions.reduce(
      (features: readonly Feature[], { reduce, state }) => reductionOf(reduce).features(features, state),
      this.#encoded,
    );
  }

  /** Whether what is predicted decides some of them: then they must be learnt without the rows that a model is tried on. */
  get looksAtTarget(): boolean {
    const { columns, reductions } = this.#json;
    return (
      columns.some(({ encoder: { encode } }) => encoderOf(encode).looksAtTarget === true) ||
      reductions.some((each) => looksAtTarget(each))
    );
  }

  /** What was done with each raw column, in words; one that is left out is not there. */
  get words(): readonly { readonly column: string; readonly words: string }[] {
    return this.#json.columns.map((column) => ({ column: column.input.name, words: columnInWords(column) }));
  }

  /** What was then done with all numbers together, in words. */
  get reductionWords(): readonly string[] {
    let features = this.#encoded;
    return this.#json.reductions.map(({ reduce, state }) => {
      const before = features.length;
      features = [...reductionOf(reduce).features(features, state)];
      return reductionOf(reduce).words(state, before);
    });
  }

  /**
   * The same with some of the features alone; columns of which none is kept are left out.
   *
   * @param places Of features, ascending.
   * @param by What told them.
   */
  selected(places: readonly number[], by: SelectionBy): FittedFeatures {
    const { columns, others, reductions } = this.#json;
    if (reductions.length > 0) throw new Error("features are chosen before they are put together");
    const used = new Set(places.map((place) => this.features[place]!.from));
    const left = [...this.features.keys()].filter((place) => used.has(this.features[place]!.from));
    const kept = places.map((place) => left.indexOf(place));
    const read = columns.filter(({ input }) => used.has(input.name));
    return new FittedFeatures({
      columns: read,
      others: read.some(columnLooksAround) ? others : undefined,
      reductions: [{ reduce: "select", state: { kept, by, of: this.features.length } }],
    });
  }

  /** The same with a reduction behind them. */
  reduced(reduction: FittedReduction): FittedFeatures {
    return new FittedFeatures({ ...this.#json, reductions: [...this.#json.reductions, reduction] });
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
    const { raw, seen } = this.#look(frame);
    const blocks = this.#json.columns.map((column) => applyColumn(column, raw.get(column.input.name)!, seen));
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
    const { raw, seen } = this.#look(frame);
    const blocks = this.#json.columns.map((column) =>
      applyColumnToTraining(column, raw.get(column.input.name)!, { target, seen }),
    );
    return this.#reduce(besideEachOther(blocks, frame.rows));
  }

  /** The columns of a frame by name, and what they say together where one is told by the others. */
  #look(frame: Frame) {
    const columns = columnsOf(this.inputs, frame);
    const raw = new Map(columns.map((column) => [column.name, column]));
    const { others } = this.#json;
    return { raw, seen: others && seeRows(others, { rows: frame.rows, raw }) };
  }

  /**
   * Adds the graph's inputs, one per raw column, and what makes numbers of them.
   *
   * @param given Inputs that the graph has already, by name. Default: none.
   * @returns float32 `[batch, features]`.
   */
  compile(b: GraphBuilder, given: ReadonlyMap<string, Value> = new Map()): Value {
    const feeds = this.inputs.map((input) => [feedOf(input), given.get(feedOf(input)) ?? addInput(b, input)] as const);
    const raw = new Map(feeds);
    const { columns, others } = this.#json;
    return b.scope("features", () => {
      const seen = others && compileOthers(b, others, raw);
      const blocks = columns.map((column) => compileColumn(b, raw.get(feedOf(column.input))!, column, seen));
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

function addInput(b: GraphBuilder, input: FeatureInput): Value {
  const { vector, kind } = input;
  if (vector !== undefined) return b.input(vector.feed, "float32", ["batch", vector.width]);
  return b.input(feedOf(input), DTYPES[kind], ["batch", 1]);
}

/** What a graph takes, each input once. */
function eachFeedOnce(inputs: readonly FeatureInput[]): FeatureInput[] {
  const known = new Map<string, FeatureInput>();
  for (const input of inputs) if (!known.has(feedOf(input))) known.set(feedOf(input), input);
  return [...known.values()];
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
