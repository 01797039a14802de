import { countLetter, LETTER_INPUTS, LETTER_READING, LETTER_TOKENS, letterCounter } from "../testing/letters.ts";
import type { TinyVersion } from "../testing/tiny-version.ts";

const LETTERS = ["a", "b"];

/** The smallest embedder: the vector of a text is how often "a" and "b" occur among its tokens. */
export function tinyTextEmbedder(): TinyVersion<"embedding"> {
  return {
    files: letterCounter(LETTERS, "sentence_embedding"),
    manifest: {
      task: "embedding",
      signature: {
        input: "text",
        output: "embedding",
        tensors: {
          inputs: LETTER_INPUTS,
          outputs: [{ name: "sentence_embedding", dtype: "float32", shape: [-1, LETTERS.length] }],
        },
      },
      preprocessing: LETTER_READING,
      embedding: { width: LETTERS.length, normalized: false },
      examples: "pairs",
      model: { base: "none", fineTune: "full", parameters: LETTERS.length * LETTER_TOKENS },
    },
    examples: [
      ...["x", "a", "banana", "b"].map((item) => ({
        item,
        options: {},
        answer: { embedding: LETTERS.map((letter) => countLetter(item, letter)) },
      })),
      { item: "banana", options: { dimensions: 1 }, answer: { embedding: [1] } },
      { item: "banana", options: { dimensions: 2 }, answer: { embedding: [0.948683298, 0.316227766] } },
    ],
    oddItems: ["", " ", "你好 🎉", "\ud83c", "\u0000", "__proto__", "a".repeat(9000), "x ".repeat(200)],
    otherOptions: { dimensions: 1 },
  };
}
