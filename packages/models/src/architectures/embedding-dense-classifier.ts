import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { defineModel, type ModelOf } from "../model-definition.ts";
import { type AveragedTextConfig, averagedText } from "./averaged-encoder.ts";
import { LABEL, PADDED_TEXT } from "./text-inputs.ts";

export interface EmbeddingDenseClassifierConfig extends AveragedTextConfig {
  readonly classes: number;
}

/**
 * The mean of a text's embeddings through hidden layers: padded texts to `logits` float32 `[batch, classes]`. It knows no order.
 *
 * @see Iyyer et al. 2015, "Deep unordered composition rivals syntactic methods for text classification", ACL.
 */
export function embeddingDenseClassifier(config: EmbeddingDenseClassifierConfig): ModelOf<"logits"> {
  return defineModel({
    name: "embedding-dense-classifier",
    inputs: PADDED_TEXT,
    targets: LABEL,
    forward: (c, { input_ids: inputIds, attention_mask: attentionMask }) => {
      const hidden = averagedText(c, { inputIds, attentionMask }, config); // [B, H]
      return { logits: dense(c, dropout(c, hidden, "hidden"), { name: "head", width: config.classes }) }; // [B, classes]
    },
    loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
  });
}
