import type { Value } from "@modelwright/engine";
import { attentionMask } from "../layers/attention-mask.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { maxPooling } from "../layers/max-pooling.ts";
import { lstm, sequenceLengths } from "../layers/recurrent.ts";
import { builtOnDemand, type Encoder, type EncoderInputs } from "./encoder.ts";

export interface LstmTextConfig {
  readonly vocabularySize: number;
  readonly embeddingWidth: number;
  /** Of the state of one direction. */
  readonly width: number;
  /** Default 1. */
  readonly layers?: number;
  /** Default true. */
  readonly bidirectional?: boolean;
  /** What stands for a text: the greatest value of each state, or the last states. Default `max`. */
  readonly pooling?: "max" | "last";
}

export interface LstmEncoderConfig extends LstmTextConfig {
  /** Of padding. Default 0. */
  readonly padId?: number;
}

/**
 * Embedding, LSTM and pooling as an encoder of texts of any length: one vector per text, `width` in each direction.
 *
 * @see Hochreiter & Schmidhuber 1997, "Long short-term memory", Neural Computation 9(8).
 */
export function lstmEncoder(config: LstmEncoderConfig): Encoder {
  const { vocabularySize, embeddingWidth, width, layers = 1, bidirectional = true, padId = 0 } = config;
  const states = bidirectional ? 2 * width : width;
  return {
    modelType: bidirectional ? "bilstm" : "lstm",
    config: {
      vocab_size: vocabularySize,
      embedding_size: embeddingWidth,
      hidden_size: states,
      num_hidden_layers: layers,
      pooling: config.pooling ?? "max",
    },
    inputs: ["inputIds", "attentionMask"],
    vocabularySize,
    width: states,
    maxLength: Number.POSITIVE_INFINITY,
    padId,
    apply: (c, inputs) => ({
      pooled: builtOnDemand(c, () => c.scope("encoder", () => lstmText(c, inputs, config))),
    }),
  };
}

/** The states of an LSTM over the vectors of a text's tokens as one vector: float32 `[batch, directions · width]`. */
export function lstmText(
  c: LayerContext,
  inputs: Pick<EncoderInputs, "inputIds" | "attentionMask">,
  { vocabularySize: rows, embeddingWidth, width, layers = 1, bidirectional = true, pooling = "max" }: LstmTextConfig,
): Value {
  const tokens = embedding(c, inputs.inputIds, { name: "embedding", rows, width: embeddingWidth }); // [B, T, E]
  const { states, last } = lstm(c, dropout(c, tokens, "embedding"), {
    name: "lstm",
    width,
    layers,
    bidirectional,
    lengths: sequenceLengths(c, inputs.attentionMask),
  });
  return pooling === "last" ? last : maxPooling(c, states, attentionMask(c, inputs.attentionMask)); // [B, D·H]
}
