import { loadTokenizer, type TextTokenizer, trainTokenizer } from "@modelwright/data";
import { encodeModel, GraphBuilder, tensorFrom } from "@modelwright/engine";
import type { TinyVersion } from "../testing/tiny-version.ts";

const END = "<|endoftext|>";
/** Which token follows which, and how likely it is: the rest is shared by the others. */
const FOLLOWS: Readonly<Record<string, readonly [next: string, probability: number]>> = {
  [END]: ["one", 0.9],
  one: ["two", 0.8],
  two: ["three", 0.7],
  three: [END, 0.6],
};

/** The probability that a token follows another in the tiny model. */
export function tinyProbability(previous: string, next: string, size: number): number {
  const [likeliest, share] = FOLLOWS[previous] ?? [];
  if (likeliest === undefined || share === undefined) return 1 / size;
  return next === likeliest ? share : (1 - share) / (size - 1);
}

/** The smallest causal language model: a table of which token follows which, which counts from one to three. */
export async function tinyCausalLanguageModel(): Promise<TinyVersion<"causal-language-modeling">> {
  const json = await trainTokenizer({
    kind: "word-piece",
    texts: Array(5).fill("one two three"),
    vocabularySize: 60,
    specialTokens: ["[UNK]", END],
  });
  const tokenizer = loadTokenizer(json);
  const size = tokenizer.vocabularySize;
  return {
    files: { "onnx/model.onnx": graphOf(tokenizer), "tokenizer.json": JSON.stringify(json), "config.json": "{}" },
    manifest: {
      task: "causal-language-modeling",
      signature: {
        input: "text",
        output: "continuation",
        tensors: {
          inputs: [{ name: "input_ids", dtype: "int64", shape: [-1, -1] }],
          outputs: [{ name: "logits", dtype: "float32", shape: [-1, -1, size] }],
        },
      },
      preprocessing: { tokenizer: "tokenizer.json", maxLength: 3, endOfTextId: tokenizer.idOf(END)! },
      model: { architecture: "table", parameters: size * size },
    },
    examples: [
      {
        item: "one",
        options: { temperature: 0 },
        answer: { continuation: " two three", tokens: 2, finish: "end-of-text" },
      },
      {
        item: "one two",
        options: { temperature: 0, maxTokens: 5 },
        answer: { continuation: " three", tokens: 1, finish: "end-of-text" },
      },
      {
        item: "",
        options: { temperature: 0, maxTokens: 1 },
        answer: { continuation: "one", tokens: 1, finish: "max-tokens" },
      },
    ],
    oddItems: ["", " ", "你好 🎉", "\ud83c", "\u0000", "one ".repeat(300), END],
    otherOptions: { maxTokens: 4, temperature: 2, seed: 11 },
  };
}

function graphOf(tokenizer: TextTokenizer): Uint8Array {
  const size = tokenizer.vocabularySize;
  const name = (id: number) => (id === tokenizer.idOf(END) ? END : tokenizer.decode([id]));
  const names = Array.from({ length: size }, (_, id) => name(id));
  const b = new GraphBuilder({ name: "pairs" });
  const ids = b.input("input_ids", "int64", ["batch", "sequence"]);
  // Scores are logarithms, moved by a number of their own in each row: a softmax must not see it.
  const scores = names.flatMap((previous, row) =>
    names.map((next) => Math.log(tinyProbability(previous, next, size)) + row),
  );
  b.output(b.op("Gather", [b.initializer("table", tensorFrom("float32", [size, size], scores)), ids]), "logits");
  return encodeModel(b.build());
}
