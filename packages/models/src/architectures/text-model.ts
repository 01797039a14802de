import { bagOfTokens } from "../layers/bag-of-tokens.ts";
import { defineModel, type ModelOf, type TensorSpec } from "../model-definition.ts";
import { lossOf, type Objective, targetsOf } from "../objectives/objective.ts";
import { type Encoder, readsTokenTypes } from "./encoder.ts";
import { linearHead } from "./linear-head.ts";
import { PADDED_TEXT, TOKEN_TYPES } from "./text-inputs.ts";

export interface TextModelOptions {
  readonly architecture: Encoder;
  /** What is learned of a text. */
  readonly objective: Objective;
  /** Whether a linear bag of tokens over `bag_ids` stands beside the encoder. Default false. */
  readonly bag?: boolean;
  /** Whether it reads pairs of texts, with `token_type_ids` where the encoder tells them apart by it. Default false. */
  readonly pairs?: boolean;
}

/**
 * An encoder under a linear head: `input_ids`, `attention_mask`, both int64 `[batch, sequence]`, to `logits`, float32 `[batch, width]`.
 *
 * With a bag, `bag_ids`, int64 `[batch, bag]`, holds the tokens of a text beyond what the encoder reads, padded with 0; the scores of both
 * are added. Parameters begin with `encoder.`, `head.` and `bag.`.
 */
export function textModel({
  architecture,
  objective,
  bag = false,
  pairs = false,
}: TextModelOptions): ModelOf<"logits"> {
  const { width } = objective;
  const inputs: Record<string, TensorSpec> = {
    ...PADDED_TEXT,
    ...(pairs && readsTokenTypes(architecture) ? TOKEN_TYPES : {}),
    ...(bag ? { bag_ids: { dtype: "int64", shape: ["batch", "bag"] } } : {}),
  };
  return defineModel({
    name: `${architecture.modelType}-${objective.name}`,
    inputs,
    targets: targetsOf(objective),
    forward: (c, { input_ids, attention_mask, token_type_ids, bag_ids }) => {
      const texts = { inputIds: input_ids!, attentionMask: attention_mask!, tokenTypeIds: token_type_ids };
      const embedding = architecture.apply(c, texts).pooled(); // [B, H]
      const logits = linearHead(c, embedding, width); // [B, width]
      if (bag_ids === undefined) return { logits };
      const { vocabularySize } = architecture;
      const wide = bagOfTokens(c, bag_ids, { name: "bag", vocabularySize, classes: width }); // [B, width]
      return { logits: c.b.op("Add", [logits, wide]) };
    },
    loss: (c, { outputs, targets }) => lossOf(c, objective, { logits: outputs.logits, targets }),
  });
}
