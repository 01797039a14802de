import type { Value } from "@modelwright/engine";
import { activation } from "../layers/activation.ts";
import { conv1d } from "../layers/convolution.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { type Initializer, truncatedNormal } from "../parameters/initializers.ts";
import { builtOnDemand, type Encoder } from "./encoder.ts";

export interface TextCnnFeaturesConfig {
  /** Number of token ids. */
  readonly vocabulary: number;
  /** Width of the token vectors. */
  readonly width: number;
  /** Tokens that a filter sees at once, one entry for each bank of filters. Default 3, 4 and 5. */
  readonly kernels?: readonly number[];
  /** Filters of each bank. Default 100. */
  readonly features?: number;
  /** Of the token vectors. Default: normal with standard deviation 0.1, cut at two deviations. */
  readonly initializer?: Initializer;
}

export interface TextCnnConfig extends TextCnnFeaturesConfig {
  readonly classes: number;
}

const KERNELS = [3, 4, 5];
const FEATURES = 100;

/**
 * A text classifier of convolutions over token vectors, each filter by its strongest answer (Kim 2014, arXiv:1408.5882).
 *
 * @param tokens int64 `[batch, sequence]`, 0 behind the end of a text.
 * @returns Logits, float32 `[batch, classes]`.
 */
export function textCnn(c: LayerContext, tokens: Value, config: TextCnnConfig): Value {
  const isToken = c.b.op("Cast", [c.b.op("Greater", [tokens, c.b.scalar(0, "int64")])], { to: 1 }); // [B, T]
  const joined = dropout(c, strongestAnswers(c, { tokens, isToken }, config), "features"); // [B, kernels · F]
  return c.scope("head", () => dense(c, joined, { name: "classifier", width: config.classes })); // [B, classes]
}

export interface TextCnnEncoderConfig extends Omit<TextCnnFeaturesConfig, "initializer"> {
  /** Of padding. Default 0. */
  readonly padId?: number;
}

/** The convolutions of `textCnn` as an encoder of texts of any length: one vector per text, the strongest answer of each filter. */
export function textCnnEncoder(config: TextCnnEncoderConfig): Encoder {
  const { vocabulary, width, kernels = KERNELS, features = FEATURES, padId = 0 } = config;
  return {
    modelType: "text-cnn",
    config: {
      vocab_size: vocabulary,
      embedding_size: width,
      kernel_sizes: kernels.join(","),
      num_filters: features,
      hidden_size: kernels.length * features,
      hidden_act: "relu",
    },
    inputs: ["inputIds", "attentionMask"],
    vocabularySize: vocabulary,
    width: kernels.length * features,
    maxLength: Number.POSITIVE_INFINITY,
    padId,
    apply: (c, { inputIds: tokens, attentionMask }) => ({
      pooled: builtOnDemand(c, () =>
        c.scope("encoder", () => {
          const isToken = c.b.op("Cast", [attentionMask], { to: 1 }); // [B, T]
          return strongestAnswers(c, { tokens, isToken }, config);
        }),
      ),
    }),
  };
}

/**
 * The strongest answer of each filter of each bank, float32 `[batch, kernels · features]`.
 *
 * Padding gives vectors of zeros and answers of zero, so that the result does not depend on it.
 */
function strongestAnswers(
  c: LayerContext,
  { tokens, isToken }: { readonly tokens: Value; readonly isToken: Value },
  config: TextCnnFeaturesConfig,
): Value {
  const { vocabulary: rows, width, kernels = KERNELS, features = FEATURES } = config;
  const { b } = c;
  const initializer = config.initializer ?? truncatedNormal(0.1);
  const vectors = embedding(c, tokens, { name: "embedding", rows, width, initializer }); // [B, T, W]
  const kept = b.op("Mul", [dropout(c, vectors, "embedding"), b.op("Unsqueeze", [isToken, b.ints([2])])]);
  const channels = b.op("Transpose", [kept], { perm: [0, 2, 1] }); // [B, W, T]
  const mask = b.op("Unsqueeze", [isToken, b.ints([1])]); // [B, 1, T]
  const strongest = kernels.map((kernel) => {
    const answers = activation(c, conv1d(c, channels, { name: `conv${kernel}`, features, kernel }), "relu"); // [B, F, T]
    return b.op("ReduceMax", [b.op("Mul", [answers, mask]), b.ints([2])], { keepdims: 0 }); // [B, F]
  });
  return b.op("Concat", strongest, { axis: 1 }); // [B, kernels · F]
}
