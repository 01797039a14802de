import { z } from "zod";
import { mpnet } from "../../../architectures/mpnet.ts";
import { onlyField, sizeField, tokenIdField, VOCABULARY } from "../config-fields.ts";
import { defineFamily } from "../family.ts";
import { bertConfig, bertFields, bertHeads } from "./bert.ts";

/** Song et al. 2020, arXiv:2004.09297: BERT without token types, with a bias of scores by relative position. */
export const mpnetFamily = defineFamily({
  className: "MPNet",
  prefix: "mpnet.",
  names: {
    dense: {
      "encoder.layer.#.attention.attn.q": "layer#.attention.query",
      "encoder.layer.#.attention.attn.k": "layer#.attention.key",
      "encoder.layer.#.attention.attn.v": "layer#.attention.value",
      "encoder.layer.#.attention.attn.o": "layer#.attention.output",
      "encoder.layer.#.intermediate.dense": "layer#.feed_forward.inner",
      "encoder.layer.#.output.dense": "layer#.feed_forward.output",
    },
    kept: {
      "embeddings.word_embeddings": "embeddings.word",
      "embeddings.position_embeddings": "embeddings.position",
      "embeddings.LayerNorm": "embeddings.norm",
      "encoder.relative_attention_bias": "relative_bias",
      "encoder.layer.#.attention.LayerNorm": "layer#.attention_norm",
      "encoder.layer.#.output.LayerNorm": "layer#.feed_forward_norm",
    },
  },
  maskedHead: { transform: "lm_head.dense", norm: "lm_head.layer_norm", bias: "lm_head.bias", activation: "gelu" },
  schema: z
    .object({
      ...bertFields,
      vocab_size: sizeField(VOCABULARY, 30_527),
      max_position_embeddings: bertFields.max_position_embeddings.refine((rows) => rows > 2, {
        error: "must be above 2: the first two rows are not those of tokens",
      }),
      // The original counts on these numbers, whatever its configuration says.
      relative_attention_num_buckets: onlyField(32),
      pad_token_id: tokenIdField(1).refine((id) => id === 1, { error: "must be 1: no other is supported" }),
    })
    .superRefine(bertHeads),
  encoder: (config) => mpnet({ ...bertConfig(config), positions: config.max_position_embeddings - 2 }),
});
