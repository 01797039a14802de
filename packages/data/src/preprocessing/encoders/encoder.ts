import type { GraphBuilder, Value } from "@modelwright/engine";
import type { ColumnKind, ColumnOf } from "../../frames/frame.ts";
import type { Feature, FeatureInput } from "../feature-input.ts";
import type { FeatureTarget } from "../feature-target.ts";
import type { EncoderSettings } from "./encoder-settings.ts";

type MissingSetting = Exclude<NonNullable<EncoderSettings["missing"]>, number>;

/** How a raw column becomes numbers. `State` is what was learnt, as plain JSON. */
export interface Encoder<K extends ColumnKind, State> {
  /** The kind of columns that it takes. */
  readonly kind: K;
  /** The settings of missing values that it takes. */
  readonly missing: readonly (MissingSetting | "number")[];
  /** Whether its numbers can be filled up and scaled. Others are codes, or 0 and 1. */
  readonly isPlain: boolean;
  /** Rows that what follows is learnt from, where more take long. Default: all. */
  readonly mostRows?: number;
  /** What it says of the graph's input, beside its name and kind. Default: nothing. */
  readonly input?: (column: ColumnOf<K>, settings: EncoderSettings) => Partial<FeatureInput>;
  readonly fit: (column: ColumnOf<K>, settings: EncoderSettings, target: FeatureTarget | undefined) => State;
  /** The numbers that come out, in their order. */
  readonly features: (column: string, state: State) => readonly Omit<Feature, "from">[];
  /** `[rows, features]`, row-major. */
  readonly apply: (column: ColumnOf<K>, state: State) => Float32Array;
  /** What training rows get where `apply` would give away their own target. Default: `apply`. */
  readonly applyToTraining?: (column: ColumnOf<K>, state: State, target: FeatureTarget | undefined) => Float32Array;
  /** Raw `[batch, 1]` to float32 `[batch, features]`. */
  readonly compile: (b: GraphBuilder, raw: Value, state: State) => Value;
}

/** What may stand for missing plain numbers. */
export const PLAIN_MISSING = ["keep", "mean", "median", "mode", "number"] as const;
