import type { GraphBuilder, Value } from "@modelwright/engine";
import type { ColumnKind, Frame } from "../frames/frame.ts";
import { encoderOf, type FittedEncoder } from "./encoders/table.ts";
import type { Feature, FeatureInput } from "./feature-input.ts";
import { columnsOf } from "./frame-feeds.ts";

/** What was learnt of a raw column. */
export interface FittedColumn {
  readonly input: FeatureInput;
  readonly encoder: FittedEncoder;
}

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
    this.features = json.columns.flatMap(({ input: { name }, encoder: { encode, state } }) =>
      encoderOf(encode)
        .features(name, state)
        .map((feature) => ({ ...feature, from: name })),
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
    const blocks = this.#json.columns.map(({ encoder: { encode, state } }, i) =>
      encoderOf(encode).apply(raw[i]!, state),
    );
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
      const blocks = this.#json.columns.map(({ encoder: { encode, state } }, i) =>
        encoderOf(encode).compile(b, raw[i]!, state),
      );
      return b.op("Concat", blocks, { axis: 1 });
    });
  }
}

/** Blocks `[rows, widths]` as one `[rows, Σ widths]`. */
function besideEachOther(blocks: readonly Float32Array[], rows: number): Float32Array {
  const widths = blocks.map(({ length }) => (rows === 0 ? 0 : length / rows));
  const width = widths.reduce((sum, each) => sum + each, 0);
  const all = new Float32Array(rows * width);
  let from = 0;
  for (const [i, block] of blocks.entries()) {
    const own = widths[i]!;
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < own; k++) all[row * width + from + k] = block[row * own + k]!;
    from += own;
  }
  return all;
}
