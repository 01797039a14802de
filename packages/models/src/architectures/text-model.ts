import { bagOfTokens } from "../layers/bag-of-tokens.ts";
import { defineModel, type ModelOf, type TensorSpec } from "../model-definition.ts";
import type { Objective } from "../objectives/objective.ts";
import type { Encoder } from "./encoder.ts";
import { linearHead } from "./linear-head.ts";
import { PADDED_TEXT } from "./text-inputs.ts";

export interface TextModelOptions {
  readonly architecture: Encoder;
  /** What is learned of a text. */
  readonly objective: Objective;
  /** Whether a linear bag of tokens over `bag_ids` stands beside the encoder. Default false. */
  readonly bag?: boolean;
}

/**
 * An encoder under a linear head: `input_ids`, `attention_mask`, both int64 `[batch, sequence]`, to `logits`, float32 `[batch, width]`.
 *
 * With a bag, `bag_ids`, int64 `[batch, bag]`, holds the tokens of a text beyond what the encoder reads, padded with 0; the scores of both
 * are added. Parameters begin with `encoder.`, `head.` and `bag.`.
 */
export function textModel({ architecture, objective, bag = false }: TextModelOptions): ModelOf<"logits"> {
  const { width } = objective;
  const inputs: Record<string, TensorSpec> = {
    ...PADDED_TEXT,
    ...(bag ? { bag_ids: { dtype: "int64", shape: ["batch", "bag"] } } : {}),
  };
  return defineModel({
    name: `${architecture.modelType}-${objective.name}`,
    inputs,
    targets: { labels: objective.labels },
    forward: (c, { input_ids, attention_mask, bag_ids }) => {
      const embedding = architecture.apply(c, { inputIds: input_ids!, attentionMask: attention_mask! }).pooled(); // [B, H]
      const logits = linearHead(c, embedding, width); // [B, width]
      if (bag_ids === undefined) return { logits };
      const { vocabularySize } = architecture;
      const wide = bagOfTokens(c, bag_ids, { name: "bag", vocabularySize, classes: width }); // [B, width]
      return { logits: c.b.op("Add", [logits, wide]) };
    },
    loss: (c, { outputs, targets }) => objective.loss(c, { logits: outputs.logits, labels: targets.labels }),
  });
}
