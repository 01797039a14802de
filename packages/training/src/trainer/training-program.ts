import type { ArenaParameter, Graph } from "@modelwright/engine";
import type { BufferState, DropoutInput, NoiseInput } from "@modelwright/models";

/** A graph to train: a scalar loss over its inputs, some of which are parameters. */
export interface TrainingProgram {
  readonly graph: Graph;
  /** Name of the loss output. */
  readonly loss: string;
  readonly parameters: readonly ArenaParameter[];
  /** Masks drawn anew at each step; sizes that are symbols are those of another input. */
  readonly dropouts: readonly DropoutInput[];
  /** Normal numbers drawn anew at each step. Default: none. */
  readonly noises?: readonly NoiseInput[];
  /** State that each batch changes without a gradient. Default: none. */
  readonly buffers?: readonly BufferState[];
  /** Beginnings of node names: what each segment computes is computed again in the backward pass instead of being kept. Default: none. */
  readonly recompute?: readonly string[];
  /** Names of values that count as constants in the backward pass. Default: none. */
  readonly detached?: readonly string[];
}
