import type { Value } from "@modelwright/engine";
import { l2Normalize } from "../layers/l2-normalize.ts";
import { multipleNegativesRanking } from "../losses/metric-learning.ts";
import { defineModel, type ModelOf, type TensorSpec } from "../model-definition.ts";
import type { Encoder } from "./encoder.ts";

export interface DualEncoderOptions {
  /** Default "dual-encoder". */
  readonly name?: string;
  /** Factor on the cosines before the softmax. Default 20. */
  readonly scale?: number;
}

const NORM_EPSILON = 1e-12;

/**
 * Two texts through one encoder (a Siamese network), ready for `trainModel`: texts that belong together get near vectors, each other text
 * of the batch counting as one that does not belong (Henderson et al. 2017, arXiv:1705.00652).
 *
 * Inputs: `anchor_ids`, `anchor_mask`, `positive_ids`, `positive_mask`, int64 `[batch, sequence]` each, the two texts with lengths of
 * their own. Outputs: `anchor` and `positive`, unit vectors `[batch, width]`.
 */
export function dualEncoder(encoder: Encoder, options: DualEncoderOptions = {}): ModelOf<"anchor" | "positive"> {
  const { name = "dual-encoder", scale = 20 } = options;
  const text = (length: string): TensorSpec => ({ dtype: "int64", shape: ["batch", length] });
  return defineModel({
    name,
    inputs: {
      anchor_ids: text("anchor_length"),
      anchor_mask: text("anchor_length"),
      positive_ids: text("positive_length"),
      positive_mask: text("positive_length"),
    },
    targets: {},
    // Asked for a parameter of one name twice, the context shares it.
    forward: (c, { anchor_ids, anchor_mask, positive_ids, positive_mask }) => {
      const unitVectors = (inputIds: Value, attentionMask: Value) =>
        l2Normalize(c, encoder.apply(c, { inputIds, attentionMask }).pooled(), { epsilon: NORM_EPSILON });
      return { anchor: unitVectors(anchor_ids, anchor_mask), positive: unitVectors(positive_ids, positive_mask) };
    },
    loss: (c, { outputs }) =>
      multipleNegativesRanking(c, { anchors: outputs.anchor, positives: outputs.positive, scale }),
  });
}
