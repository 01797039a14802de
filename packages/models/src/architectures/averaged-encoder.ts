import type { Value } from "@modelwright/engine";
import { activation } from "../layers/activation.ts";
import { attentionMask } from "../layers/attention-mask.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { meanPooling } from "../layers/mean-pooling.ts";
import { builtOnDemand, type Encoder, type EncoderInputs } from "./encoder.ts";

/** A text as the mean of its tokens' vectors, under dense layers. */
export interface AveragedTextConfig {
  readonly vocabularySize: number;
  readonly embeddingWidth: number;
  /** Of the hidden layers. */
  readonly width: number;
  /** Hidden layers. Default 1. */
  readonly layers?: number;
}

export interface AveragedEncoderConfig extends AveragedTextConfig {
  /** Of padding. Default 0. */
  readonly padId?: number;
}

/**
 * The mean of a text's embeddings through hidden layers, as an encoder of texts of any length. It knows no order.
 *
 * @see Iyyer et al. 2015, "Deep unordered composition rivals syntactic methods for text classification", ACL.
 */
export function averagedEncoder(config: AveragedEncoderConfig): Encoder {
  const { vocabularySize, embeddingWidth, width, layers = 1, padId = 0 } = config;
  return {
    modelType: "deep-averaging",
    config: {
      vocab_size: vocabularySize,
      embedding_size: embeddingWidth,
      hidden_size: width,
      num_hidden_layers: layers,
      hidden_act: "relu",
    },
    inputs: ["inputIds", "attentionMask"],
    vocabularySize,
    width,
    maxLength: Number.POSITIVE_INFINITY,
    padId,
    apply: (c, inputs) => ({
      pooled: builtOnDemand(c, () => c.scope("encoder", () => averagedText(c, inputs, config))),
    }),
  };
}

/** The mean of the vectors of a text's tokens through dense layers with ReLU: float32 `[batch, width]`. */
export function averagedText(
  c: LayerContext,
  inputs: Pick<EncoderInputs, "inputIds" | "attentionMask">,
  { vocabularySize: rows, embeddingWidth, width, layers = 1 }: AveragedTextConfig,
): Value {
  const tokens = embedding(c, inputs.inputIds, { name: "embedding", rows, width: embeddingWidth }); // [B, T, E]
  let text = meanPooling(c, tokens, attentionMask(c, inputs.attentionMask)); // [B, E]
  for (let layer = 0; layer < layers; layer++) {
    const name = layer === 0 ? "hidden" : `hidden${layer}`;
    text = activation(c, dense(c, dropout(c, text, layer === 0 ? "text" : name), { name, width }), "relu"); // [B, H]
  }
  return text;
}
