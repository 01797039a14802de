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

/** Everything that was learnt, as plain JSON. */
export interface FittedFeaturesJson {
  readonly columns: readonly FittedColumn[];
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

  constructor(json: FittedFeaturesJson) {
    this.#json = json;
    this.inputs = json.columns.map(({ input }) => input);
    this.features = json.columns.flatMap(columnFeatures);
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
    return besideEachOther(blocks, frame.rows);
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
    return besideEachOther(blocks, frame.rows);
  }

  /**
   * Adds the graph's inputs, one per raw column, and what makes numbers of them.
   *
   * @returns float32 `[batch, features]`.
   */
  compile(b: GraphBuilder): Value {
    const raw = this.inputs.map(({ feed, kind }) => b.input(feed, DTYPES[kind], ["batch", 1]));
    return b.scope("features", () => {
      const blocks = this.#json.columns.map((column, i) => compileColumn(b, raw[i]!, column));
      return blocks.length === 1 ? blocks[0]! : b.op("Concat", blocks, { axis: 1 });
    });
  }
}
