import { unigramTokenizerJson } from "@modelwright/contracts";
import { DTYPES, encodeModel, GraphBuilder, tensorFrom } from "@modelwright/engine";
import type { TinyVersion } from "../testing/tiny-version.ts";

/** One token per letter; a word's first token has the space in front of it. */
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const TOKENS: readonly (readonly [string, number])[] = [
  ["<pad>", 0],
  ["<unk>", 0],
  ...["▁", ...LETTERS].map((token) => [token, -1] as const),
];
const MAX_LENGTH = 128;

/**
 * The smallest text classifier: the score of a label is how often its letter occurs among the tokens of the text.
 *
 * @param options.labels One letter or digit each. Default: a, b, c.
 */
export function tinyTextClassifier({
  labels = ["a", "b", "c"],
}: {
  readonly labels?: readonly string[];
} = {}): TinyVersion<"text-classification"> {
  const ids = { dtype: "int64", shape: [-1, -1] };
  const tokenizer = unigramTokenizerJson({ tokens: TOKENS, unknownId: 1, reserved: 2 });
  return {
    files: {
      "onnx/model.onnx": graphOf(labels),
      "tokenizer.json": JSON.stringify(tokenizer),
      "config.json": "{}",
    },
    manifest: {
      task: "text-classification",
      labels: [...labels],
      signature: {
        input: "text",
        output: "label-probabilities",
        tensors: {
          inputs: [
            { name: "input_ids", ...ids },
            { name: "attention_mask", ...ids },
          ],
          outputs: [{ name: "logits", dtype: "float32", shape: [-1, labels.length] }],
        },
      },
      preprocessing: { tokenizer: "tokenizer.json", maxLength: MAX_LENGTH, truncation: "end", padId: 0 },
      model: { base: "none", fineTune: "full", parameters: TOKENS.length * labels.length },
    },
    examples: [
      ...labels.map((label) => ({ item: `${label.repeat(2)} ${labels[0]}`, options: {} })),
      { item: `x ${labels[1]}`, options: { all: true } },
      { item: labels.join(""), options: { topK: 2 } },
    ].map(({ item, options }) => ({ item, options, answer: answerOf(item, { labels, ...options }) })),
    oddItems: ["", " ", "你好 🎉", "\ud83c", "\u0000", "__proto__", labels[0]!.repeat(9000), "x ".repeat(200)],
    otherOptions: { all: true },
  };
}

function graphOf(labels: readonly string[]): Uint8Array {
  const b = new GraphBuilder({ name: "tiny" });
  const ids = b.input("input_ids", "int64", ["batch", "sequence"]);
  const mask = b.input("attention_mask", "int64", ["batch", "sequence"]);
  const table = b.initializer(
    "embedding",
    tensorFrom(
      "float32",
      [TOKENS.length, labels.length],
      TOKENS.flatMap(([token]) => labels.map((label) => (token === label ? 1 : 0))),
    ),
  );
  const embedded = b.op("Gather", [table, ids], { axis: 0 });
  const weights = b.op("Unsqueeze", [b.op("Cast", [mask], { to: DTYPES.float32.onnx }), b.ints([2])]);
  const sums = b.op("ReduceSum", [b.op("Mul", [embedded, weights]), b.ints([1])], { keepdims: 0 });
  b.output(sums, "logits");
  return encodeModel(b.build());
}

/** Probabilities that the tiny model gives, worked out without it. */
export function tinyProbabilities(text: string, labels: readonly string[]): number[] {
  const exponentials = labels.map((label) => Math.exp([...text].filter((letter) => letter === label).length));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

function answerOf(
  text: string,
  { labels, all = false, topK = all ? labels.length : 0 }: { labels: readonly string[]; all?: boolean; topK?: number },
) {
  const probabilities = tinyProbabilities(text, labels);
  const ranked = Array.from(labels.keys()).sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  const shown = ranked.slice(0, topK).map((i) => [labels[i]!, probabilities[i]!] as const);
  return {
    label: labels[ranked[0]!]!,
    probability: probabilities[ranked[0]!]!,
    ...(topK === 0 ? {} : { probabilities: Object.fromEntries(shown) }),
  };
}
