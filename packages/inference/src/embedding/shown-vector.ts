import type { AnswerOf, OptionsOf } from "@modelwright/contracts";
import { firstDimensions } from "./first-dimensions.ts";

/** With so many digits a float32 is read back to the last bit. */
const DIGITS = 9;

/** A vector as it crosses a wire: of its first dimensions where a request asks for so many, its numbers no longer than they have to be. */
export function shownVector(vector: Float32Array, { dimensions }: OptionsOf<"embedding">): AnswerOf<"embedding"> {
  const numbers = firstDimensions(vector, dimensions);
  return { embedding: Array.from(numbers, (value) => Number(value.toPrecision(DIGITS))) };
}
