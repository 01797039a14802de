import { unigramTokenizerJson } from "@modelwright/contracts";
import { DTYPES, encodeModel, GraphBuilder, tensorFrom } from "@modelwright/engine";

/** One token per letter; a word's first token has the space in front of it. */
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const TOKENS: readonly (readonly [string, number])[] = [
  ["<pad>", 0],
  ["<unk>", 0],
  ...["▁", ...LETTERS].map((token) => [token, -1] as const),
];

/** How tiny models of texts read: letter by letter. */
export const LETTER_READING = { tokenizer: "tokenizer.json", maxLength: 128, truncation: "end", padId: 0 } as const;

/** Tokens that they know. */
export const LETTER_TOKENS = TOKENS.length;

/** Inputs of their graphs, as a manifest names them. */
export const LETTER_INPUTS = ["input_ids", "attention_mask"].map((name) => ({
  name,
  dtype: "int64",
  shape: [-1, -1],
}));

/**
 * Files of a tiny model that counts letters: its output `[batch, letters]` is how often each of them occurs among the tokens of a text.
 *
 * @param letters One letter or digit each.
 * @param output Name of the output.
 */
export function letterCounter(letters: readonly string[], output: string): Record<string, string | Uint8Array> {
  const tokenizer = unigramTokenizerJson({ tokens: TOKENS, unknownId: 1, reserved: 2 });
  return {
    "onnx/model.onnx": graphOf(letters, output),
    "tokenizer.json": JSON.stringify(tokenizer),
    "config.json": "{}",
  };
}

/** How often a letter occurs in a text. */
export function countLetter(text: string, letter: string): number {
  return [...text].filter((each) => each === letter).length;
}

function graphOf(letters: readonly string[], output: string): Uint8Array {
  const b = new GraphBuilder({ name: "tiny" });
  const ids = b.input("input_ids", "int64", ["batch", "sequence"]);
  const mask = b.input("attention_mask", "int64", ["batch", "sequence"]);
  const table = b.initializer(
    "embedding",
    tensorFrom(
      "float32",
      [TOKENS.length, letters.length],
      TOKENS.flatMap(([token]) => letters.map((letter) => (token === letter ? 1 : 0))),
    ),
  );
  const embedded = b.op("Gather", [table, ids], { axis: 0 });
  const weights = b.op("Unsqueeze", [b.op("Cast", [mask], { to: DTYPES.float32.onnx }), b.ints([2])]);
  const sums = b.op("ReduceSum", [b.op("Mul", [embedded, weights]), b.ints([1])], { keepdims: 0 });
  b.output(sums, output);
  return encodeModel(b.build());
}
