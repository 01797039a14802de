import type { UnitKind } from "@modelwright/data";
import type { BuiltModel } from "@modelwright/models";
import type { EarlyStopping, Evaluation, FitState, TrainedAdapter } from "@modelwright/training";
import type { FitContext } from "../task.ts";
import type { LoadedEncoder } from "../text-encoder/encoder-source.ts";

/** A trained tagger with what cuts texts into its units. */
export interface FittedTagger {
  readonly labels: readonly string[];
  readonly units: UnitKind;
  readonly tokenizerJson: object;
  /** Name of the network. */
  readonly architecture: string;
  /** The graph to serve. */
  readonly graph: BuiltModel;
  readonly state: FitState;
  /** What it was made of; absent: it knows nothing but the training rows. */
  readonly pretrained?: FittedEncoder;
}

/** The encoder of a tagger. */
export interface FittedEncoder {
  readonly loaded: LoadedEncoder;
  /** How many values were trained. */
  readonly trained: number;
  readonly adapter?: TrainedAdapter;
}

/** By what a tagger is trained, whatever it is made of. */
export interface TaggerTraining {
  readonly context: FitContext;
  readonly evaluation: Evaluation<never>;
  readonly earlyStopping: EarlyStopping;
}
