import type { AnyReference, ReferenceStrings, ReferenceTensor } from "../ops/operator.ts";

/**
 * Numbers that stand for texts where an operator only moves or compares elements: one for each distinct text, 0 for the empty one, which is
 * what operators fill up with.
 */
export class StringCodes {
  readonly #texts = [""];
  readonly #codes = new Map([["", 0]]);

  /** Numbers as they are; for texts their codes, as int64. */
  encode(value: AnyReference): ReferenceTensor {
    if (value.dtype !== "string") return value;
    return { dtype: "int64", shape: value.shape, data: Float64Array.from(value.data, (text) => this.#codeOf(text)) };
  }

  decode({ shape, data }: ReferenceTensor): ReferenceStrings {
    return { dtype: "string", shape, data: Array.from(data, (code) => this.#texts[code]!) };
  }

  #codeOf(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.#texts.push(text) - 1;
    this.#codes.set(text, code);
    return code;
  }
}
