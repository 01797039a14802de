import { activation } from "../layers/activation.ts";
import { attentionMask } from "../layers/attention-mask.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import { meanPooling } from "../layers/mean-pooling.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { defineModel, type ModelOf } from "../model-definition.ts";
import { LABEL, PADDED_TEXT } from "./text-inputs.ts";

export interface EmbeddingDenseClassifierConfig {
  readonly vocabularySize: number;
  readonly embeddingWidth: number;
  /** Of the hidden layer. */
  readonly width: number;
  readonly classes: number;
}

/**
 * The mean of a text's embeddings through one hidden layer: padded texts to `logits` float32 `[batch, classes]`. It knows no order.
 *
 * @see Iyyer et al. 2015, "Deep unordered composition rivals syntactic methods for text classification", ACL.
 */
export function embeddingDenseClassifier(config: EmbeddingDenseClassifierConfig): ModelOf<"logits"> {
  const { vocabularySize, embeddingWidth, width, classes } = config;
  return defineModel({
    name: "embedding-dense-classifier",
    inputs: PADDED_TEXT,
    targets: LABEL,
    forward: (c, { input_ids, attention_mask }) => {
      const tokens = embedding(c, input_ids, { name: "embedding", rows: vocabularySize, width: embeddingWidth }); // [B, T, E]
      const text = meanPooling(c, tokens, attentionMask(c, attention_mask)); // [B, E]
      const hidden = activation(c, dense(c, dropout(c, text, "text"), { name: "hidden", width }), "relu"); // [B, H]
      return { logits: dense(c, dropout(c, hidden, "hidden"), { name: "head", width: classes }) }; // [B, classes]
    },
    loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
  });
}
