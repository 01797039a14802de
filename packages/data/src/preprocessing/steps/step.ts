import type { GraphBuilder, Value } from "@modelwright/engine";
import type { SeenRows, SeenValues } from "./seen-rows.ts";

/**
 * A change of plain numbers, column by column. `State` is what was learnt, as plain JSON: float32 numbers,
 * one per column in lists.
 */
export interface Step<State> {
  /**
   * `[rows, width]` to `[rows, width]`, row-major.
   *
   * @param seen What all columns say of these rows; there for steps that look at it.
   */
  readonly apply: (data: Float32Array, width: number, state: State, seen?: SeenRows) => Float32Array;
  /** What it does, in a few words. */
  readonly words: (state: State) => string;
  /** float32 `[batch, width]` to the same. */
  readonly compile: (b: GraphBuilder, x: Value, state: State, seen?: SeenValues) => Value;
  /** Whether it looks at what all columns say of a row. Default false. */
  readonly looksAround?: boolean;
}

/** A row of constants, `[1, width]`. */
export function rowOf(b: GraphBuilder, values: readonly number[]): Value {
  return b.constant("float32", [1, values.length], values);
}
