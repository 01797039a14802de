import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { defineModel, type ModelOf } from "../model-definition.ts";
import { type LstmTextConfig, lstmText } from "./lstm-encoder.ts";
import { LABEL, PADDED_TEXT } from "./text-inputs.ts";

export interface LstmClassifierConfig extends LstmTextConfig {
  readonly classes: number;
}

/** Embedding, LSTM, pooling, head: padded texts to `logits` float32 `[batch, classes]`. The loss is cross-entropy. */
export function lstmClassifier(config: LstmClassifierConfig): ModelOf<"logits"> {
  return defineModel({
    name: "lstm-classifier",
    inputs: PADDED_TEXT,
    targets: LABEL,
    forward: (c, { input_ids: inputIds, attention_mask: attentionMask }) => {
      const text = lstmText(c, { inputIds, attentionMask }, config); // [B, D·H]
      return { logits: dense(c, dropout(c, text, "text"), { name: "head", width: config.classes }) }; // [B, classes]
    },
    loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
  });
}
