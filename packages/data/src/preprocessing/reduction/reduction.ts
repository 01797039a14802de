import type { GraphBuilder, Value } from "@modelwright/engine";
import type { Feature } from "../feature-input.ts";

/** A change of all features together. `State` is what was learnt, as plain JSON. */
export interface Reduction<State> {
  readonly features: (features: readonly Feature[], state: State) => readonly Feature[];
  /**
   * What it does, in a few words.
   *
   * @param width Of what it is given.
   */
  readonly words: (state: State, width: number) => string;
  /** `[rows, width]` to `[rows, features]`, row-major. */
  readonly apply: (data: Float32Array, width: number, state: State) => Float32Array;
  /** float32 `[batch, width]` to `[batch, features]`. */
  readonly compile: (b: GraphBuilder, x: Value, state: State) => Value;
}
