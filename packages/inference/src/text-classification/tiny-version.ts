import { countLetter, LETTER_INPUTS, LETTER_READING, LETTER_TOKENS, letterCounter } from "../testing/letters.ts";
import type { TinyVersion } from "../testing/tiny-version.ts";

/**
 * The smallest text classifier: the score of a label is how often its letter occurs among the tokens of the text.
 *
 * @param options.labels One letter or digit each. Default: a, b, c.
 * @param options.windows How it reads longer texts in parts. Default: it cuts them.
 * @param options.pairs Whether it reads two texts, as one with a line break between them. Default false.
 */
export function tinyTextClassifier({
  labels = ["a", "b", "c"],
  pairs = false,
  windows,
}: {
  readonly labels?: readonly string[];
  readonly pairs?: boolean;
  readonly windows?: { readonly overlap: number; readonly most: number };
} = {}): TinyVersion<"text-classification"> {
  return {
    files: letterCounter(labels, "logits"),
    manifest: {
      task: "text-classification",
      labels: [...labels],
      signature: {
        input: pairs ? "text-pair" : "text",
        output: "label-probabilities",
        tensors: {
          inputs: LETTER_INPUTS,
          outputs: [{ name: "logits", dtype: "float32", shape: [-1, labels.length] }],
        },
      },
      preprocessing: {
        ...LETTER_READING,
        ...(pairs ? { pair: "joined" as const } : {}),
        ...(windows === undefined ? {} : { windows }),
      },
      model: { base: "none", fineTune: "full", parameters: LETTER_TOKENS * labels.length },
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

/** Probabilities that the tiny model gives, worked out without it. */
export function tinyProbabilities(text: string, labels: readonly string[]): number[] {
  const exponentials = labels.map((label) => Math.exp(countLetter(text, label)));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

function answerOf(
  text: string,
  { labels, all = false, topK = all ? labels.length : 0 }: { labels: readonly string[]; all?: boolean; topK?: number },
) {
  const probabilities = tinyProbabilities(text, labels);
  const ranked = Array.from(labels.keys()).sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  const shown = ranked.slice(0, topK).map((i) => ({ label: labels[i]!, probability: probabilities[i]! }));
  return {
    label: labels[ranked[0]!]!,
    probability: probabilities[ranked[0]!]!,
    ...(topK === 0 ? {} : { probabilities: shown }),
  };
}
