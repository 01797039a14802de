import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { embedding } from "../layers/embedding.ts";
import { lstm } from "../layers/recurrent.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { defineModel, type ModelOf, type TensorSpec } from "../model-definition.ts";
import { IGNORED_LABEL } from "./decoder.ts";

export interface LstmLanguageModelConfig {
  readonly vocabularySize: number;
  readonly embeddingWidth: number;
  readonly width: number;
  /** Default 2. */
  readonly layers?: number;
}

/**
 * A causal language model: `input_ids` to the `logits` of the token that follows each position, float32 `[batch, sequence, vocabularySize]`;
 * `labels` are those tokens, or −100 where none counts. The loss is the mean cross-entropy in nats.
 */
export function lstmLanguageModel(config: LstmLanguageModelConfig): ModelOf<"logits"> {
  const { vocabularySize, embeddingWidth, width, layers = 2 } = config;
  const ids: TensorSpec = { dtype: "int64", shape: ["batch", "sequence"] };
  return defineModel({
    name: "lstm-language-model",
    inputs: { input_ids: ids },
    targets: { labels: ids },
    forward: (c, { input_ids }) => {
      const tokens = embedding(c, input_ids, { name: "embedding", rows: vocabularySize, width: embeddingWidth }); // [B, T, E]
      const { states } = lstm(c, dropout(c, tokens, "embedding"), { name: "lstm", width, layers }); // [B, T, H]
      return { logits: dense(c, dropout(c, states, "states"), { name: "head", width: vocabularySize }) }; // [B, T, V]
    },
    loss: (c, { outputs, targets }) =>
      crossEntropy(c, { logits: outputs.logits, labels: targets.labels, ignoredLabel: IGNORED_LABEL }),
  });
}
