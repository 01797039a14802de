import type { GraphBuilder, Value } from "@modelwright/engine";
import type { ColumnKind, ColumnOf } from "../../frames/frame.ts";
import type { Feature, FeatureInput } from "../feature-input.ts";
import type { FeatureTarget } from "../feature-target.ts";
import type { EncoderSettings } from "./encoder-settings.ts";

/** How a raw column becomes numbers. `State` is what was learnt, as plain JSON. */
export interface Encoder<K extends ColumnKind, State> {
  /** The kind of columns that it takes. */
  readonly kind: K;
  /** Whether its numbers can be filled up and scaled. Others are codes, or 0 and 1. */
  readonly isPlain: boolean;
  /** Rows that what follows is learnt from, where more take long. Default: all. */
  readonly mostRows?: number;
  /** What it says of the graph's input, beside its name and kind. Default: nothing. */
  readonly input?: (column: ColumnOf<K>, settings: EncoderSettings) => Partial<FeatureInput>;
  /** Whether the graph gets the vectors of the column's texts instead of its values. Default false. */
  readonly readsVectors?: boolean;
  /** Whether it looks at what is predicted. Default false. */
  readonly looksAtTarget?: boolean;
  /**
   * Settings that `fit` reads, of an encoder that takes long and does not look at the target: it learns once from a column for all that agree in
   * them. Default: it learns each time.
   */
  readonly sharedBy?: readonly (keyof EncoderSettings)[];
  readonly fit: (column: ColumnOf<K>, settings: EncoderSettings, target: FeatureTarget | undefined) => State;
  /** The numbers that come out, in their order. */
  readonly features: (column: string, state: State) => readonly Omit<Feature, "from">[];
  /** `[rows, features]`, row-major. */
  readonly apply: (column: ColumnOf<K>, state: State) => Float32Array;
  /** What training rows get where `apply` would give away their own target. Default: `apply`. */
  readonly applyToTraining?: (column: ColumnOf<K>, state: State, target: FeatureTarget | undefined) => Float32Array;
  /** What it has learnt, in a few words: "one-hot of 5 categories". */
  readonly words: (state: State) => string;
  /** Raw `[batch, 1]`, or vectors, to float32 `[batch, features]`. */
  readonly compile: (b: GraphBuilder, raw: Value, state: State) => Value;
}
