import { attentionMask } from "../layers/attention-mask.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import { maxPooling } from "../layers/max-pooling.ts";
import { lstm, sequenceLengths } from "../layers/recurrent.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { defineModel, type ModelOf } from "../model-definition.ts";
import { LABEL, PADDED_TEXT } from "./text-inputs.ts";

export interface LstmClassifierConfig {
  readonly vocabularySize: number;
  readonly embeddingWidth: number;
  /** Of the state of one direction. */
  readonly width: number;
  readonly classes: number;
  /** Default 1. */
  readonly layers?: number;
  /** Default true. */
  readonly bidirectional?: boolean;
  /** What of a text is classified: the greatest value of each state, or the last states. Default `max`. */
  readonly pooling?: "max" | "last";
}

/** Embedding, LSTM, pooling, head: padded texts to `logits` float32 `[batch, classes]`. The loss is cross-entropy. */
export function lstmClassifier(config: LstmClassifierConfig): ModelOf<"logits"> {
  const { vocabularySize, embeddingWidth, width, classes, layers = 1, bidirectional = true, pooling = "max" } = config;
  return defineModel({
    name: "lstm-classifier",
    inputs: PADDED_TEXT,
    targets: LABEL,
    forward: (c, { input_ids, attention_mask }) => {
      const tokens = embedding(c, input_ids, { name: "embedding", rows: vocabularySize, width: embeddingWidth }); // [B, T, E]
      const { states, last } = lstm(c, dropout(c, tokens, "embedding"), {
        name: "lstm",
        width,
        layers,
        bidirectional,
        lengths: sequenceLengths(c, attention_mask),
      });
      const text = pooling === "last" ? last : maxPooling(c, states, attentionMask(c, attention_mask)); // [B, D·H]
      return { logits: dense(c, dropout(c, text, "text"), { name: "head", width: classes }) }; // [B, classes]
    },
    loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
  });
}
