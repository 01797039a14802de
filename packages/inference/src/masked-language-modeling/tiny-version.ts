import { loadTokenizer, type TextTokenizer, trainTokenizer } from "@modelwright/data";
import { encodeModel, GraphBuilder, tensorFrom } from "@modelwright/engine";
import type { TinyVersion } from "../testing/tiny-version.ts";

const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const WORDS = ["red", "green", "blue", "grey"];

/** The smallest masked language model: it gives each token the same probability wherever it looks. */
export async function tinyMaskedLanguageModel(): Promise<TinyVersion<"masked-language-modeling">> {
  const json = await trainTokenizer({
    kind: "word-piece",
    texts: Array(5).fill(WORDS.join(" ")),
    vocabularySize: 60,
    specialTokens: SPECIAL,
  });
  const tokenizer = loadTokenizer(json);
  const size = tokenizer.vocabularySize;
  const [padId, unknownId, clsId, sepId, maskId] = SPECIAL.map((token) => tokenizer.idOf(token)!);
  const ids = { dtype: "int64", shape: [-1, -1] };
  const probabilities = tinyTokenProbabilities(tokenizer);
  const ofText = SPECIAL.reduce((sum, token) => sum - probabilities[tokenizer.idOf(token)!]!, 1);
  const candidates = ["blue", "grey"].map((token) => ({
    token,
    probability: probabilities[tokenizer.idOf(token)!]! / ofText,
  }));
  return {
    files: {
      "onnx/model.onnx": graphOf(probabilities),
      "tokenizer.json": JSON.stringify(json),
      "config.json": "{}",
    },
    manifest: {
      task: "masked-language-modeling",
      signature: {
        input: "text",
        output: "masked-pieces",
        tensors: {
          inputs: ["input_ids", "attention_mask", "token_type_ids"].map((name) => ({ name, ...ids })),
          outputs: [
            { name: "logits", dtype: "float32", shape: [-1, -1, size] },
            { name: "seq_relationship_logits", dtype: "float32", shape: [-1, 2] },
          ],
        },
      },
      preprocessing: {
        tokenizer: "tokenizer.json",
        maxLength: 16,
        padId: padId!,
        unknownId: unknownId!,
        clsId: clsId!,
        sepId: sepId!,
        maskId: maskId!,
      },
      model: { architecture: "table", parameters: size },
    },
    examples: [
      {
        item: "red [MASK] green [MASK]",
        options: { top: 2 },
        answer: { filled: "red blue green blue", masks: [candidates, candidates] },
      },
      {
        item: "[MASK]",
        options: { top: 1 },
        answer: { filled: "blue", masks: [candidates.slice(0, 1)] },
      },
      { item: "grey red", options: {}, answer: { filled: "grey red", masks: [] } },
    ],
    oddItems: ["", " ", "你好 🎉", "\ud83c", "\u0000", "[CLS] [SEP]", "red [MASK] ".repeat(300)],
    otherOptions: { top: 3 },
  };
}

/** What the tiny model gives each token. */
export function tinyTokenProbabilities(tokenizer: TextTokenizer): number[] {
  const weights = Array.from({ length: tokenizer.vocabularySize }, (_, id) => 1 + ((id * 7) % 11));
  weights[tokenizer.idOf("blue")!] = 40;
  weights[tokenizer.idOf("grey")!] = 30;
  // Special tokens are likeliest of all, and must not be what fills a mask.
  weights[tokenizer.idOf("[SEP]")!] = 90;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function graphOf(probabilities: readonly number[]): Uint8Array {
  const size = probabilities.length;
  const b = new GraphBuilder({ name: "no-context" });
  const [ids] = ["input_ids", "attention_mask", "token_type_ids"].map((name) =>
    b.input(name, "int64", ["batch", "sequence"]),
  );
  const table = (name: string, columns: readonly number[]) =>
    b.initializer(name, tensorFrom("float32", [size, columns.length], Array(size).fill(columns).flat()));
  const scores = probabilities.map((probability) => Math.log(probability) + 3);
  b.output(b.op("Gather", [table("tokens", scores), ids!]), "logits");
  const first = b.op("Gather", [ids!, b.initializer("zero", tensorFrom("int64", [], [0]))], { axis: 1 });
  // The second text follows the first, it always says.
  b.output(b.op("Gather", [table("relations", [0, 2]), first]), "seq_relationship_logits");
  return encodeModel(b.build());
}
