import type { Value } from "@modelwright/engine";
import { activation } from "../layers/activation.ts";
import { conv1d } from "../layers/convolution.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { type Initializer, truncatedNormal } from "../parameters/initializers.ts";

export interface TextCnnConfig {
  /** Number of token ids. Id 0 is padding. */
  readonly vocabulary: number;
  /** Width of the token vectors. */
  readonly width: number;
  readonly classes: number;
  /** Tokens that a filter sees at once, one entry for each bank of filters. Default 3, 4 and 5. */
  readonly kernels?: readonly number[];
  /** Filters of each bank. Default 100. */
  readonly features?: number;
  /** Of the token vectors. Default: normal with standard deviation 0.1, cut at two deviations. */
  readonly initializer?: Initializer;
}

/**
 * A text classifier of convolutions over token vectors, each filter by its strongest answer (Kim 2014, arXiv:1408.5882).
 *
 * Padding gives vectors of zeros and answers of zero, so that the result does not depend on it.
 *
 * @param tokens int64 `[batch, sequence]`, 0 behind the end of a text.
 * @returns Logits, float32 `[batch, classes]`.
 */
export function textCnn(c: LayerContext, tokens: Value, config: TextCnnConfig): Value {
  const { vocabulary, width, classes, kernels = [3, 4, 5], features = 100 } = config;
  const { b } = c;
  const isToken = b.op("Cast", [b.op("Greater", [tokens, b.scalar(0, "int64")])], { to: 1 }); // [B, T]
  const initializer = config.initializer ?? truncatedNormal(0.1);
  const vectors = embedding(c, tokens, { name: "embedding", rows: vocabulary, width, initializer }); // [B, T, W]
  const kept = b.op("Mul", [dropout(c, vectors, "embedding"), b.op("Unsqueeze", [isToken, b.ints([2])])]);
  const channels = b.op("Transpose", [kept], { perm: [0, 2, 1] }); // [B, W, T]
  const mask = b.op("Unsqueeze", [isToken, b.ints([1])]); // [B, 1, T]
  const strongest = kernels.map((kernel) => {
    const answers = activation(c, conv1d(c, channels, { name: `conv${kernel}`, features, kernel }), "relu"); // [B, F, T]
    return b.op("ReduceMax", [b.op("Mul", [answers, mask]), b.ints([2])], { keepdims: 0 }); // [B, F]
  });
  const joined = dropout(c, b.op("Concat", strongest, { axis: 1 }), "features"); // [B, kernels · F]
  return c.scope("head", () => dense(c, joined, { name: "classifier", width: classes })); // [B, classes]
}
