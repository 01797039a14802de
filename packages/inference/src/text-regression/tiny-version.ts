import { countLetter, LETTER_INPUTS, LETTER_READING, LETTER_TOKENS, letterCounter } from "../testing/letters.ts";
import type { TinyVersion } from "../testing/tiny-version.ts";

/** The smallest text regressor: its number is how often "a" occurs among the tokens of the text. */
export function tinyTextRegressor(): TinyVersion<"text-regression"> {
  return {
    files: letterCounter(["a"], "value"),
    manifest: {
      task: "text-regression",
      signature: {
        input: "text",
        output: "number",
        tensors: { inputs: LETTER_INPUTS, outputs: [{ name: "value", dtype: "float32", shape: [-1, 1] }] },
      },
      preprocessing: LETTER_READING,
      target: { column: "target", minimum: 0, maximum: 9, mean: 2 },
      model: { base: "none", fineTune: "full", parameters: LETTER_TOKENS },
    },
    examples: ["x", "a", "banana", "b"].map((item) => ({
      item,
      options: {},
      answer: { value: countLetter(item, "a") },
    })),
    oddItems: ["", " ", "你好 🎉", "\ud83c", "\u0000", "__proto__", "a".repeat(9000), "x ".repeat(200)],
    otherOptions: {},
  };
}
