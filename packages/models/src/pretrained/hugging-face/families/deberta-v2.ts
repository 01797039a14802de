import { z } from "zod";
import { deberta } from "../../../architectures/deberta.ts";
import { epsilonField, onlyField, POSITIONS, sizeField, VOCABULARY, WIDTH } from "../config-fields.ts";
import { defineFamily } from "../family.ts";
import { BERT_MASKED_HEAD, BERT_NAMES, bertConfig, bertFields, bertHeads } from "./bert.ts";

/** A list of words, written as one or joined by bars. */
const words = z
  .union([z.string(), z.array(z.string())])
  .nullish()
  .transform((value) => (typeof value === "string" ? value.split("|") : (value ?? [])).map((word) => word.trim()));

const schema = z
  .object({
    ...bertFields,
    vocab_size: sizeField(VOCABULARY, 128_100),
    hidden_size: sizeField(WIDTH, 1536),
    num_hidden_layers: bertFields.num_hidden_layers,
    num_attention_heads: sizeField(WIDTH, 24),
    intermediate_size: sizeField(4 * WIDTH, 6144),
    layer_norm_eps: epsilonField(1e-7),
    type_vocab_size: z.int().min(0).max(1024).default(0),
    embedding_size: sizeField(WIDTH).optional(),
    position_biased_input: z.boolean().default(true),
    relative_attention: z.boolean().default(false),
    pos_att_type: words,
    share_att_key: z.boolean().default(false),
    norm_rel_ebd: words,
    position_buckets: z.int().max(POSITIONS).default(-1),
    max_relative_positions: z.int().max(POSITIONS).default(-1),
    conv_kernel_size: onlyField(0),
  })
  .superRefine(bertHeads)
  .superRefine((config, context) => {
    const { position_buckets: buckets } = config;
    if (buckets < 1 || (buckets > 1 && maxDistanceOf(config) > buckets / 2 + 1)) return;
    const message = `must be 0, or above 1 and below twice the greatest distance, ${maxDistanceOf(config)}`;
    context.addIssue({ code: "custom", path: ["position_buckets"], message });
  });

function maxDistanceOf(config: { readonly max_relative_positions: number; readonly max_position_embeddings: number }) {
  return config.max_relative_positions < 1 ? config.max_position_embeddings : config.max_relative_positions;
}

function relativeOf(config: z.output<typeof schema>) {
  if (!config.relative_attention) return {};
  const { position_buckets: buckets } = config;
  const maxDistance = maxDistanceOf(config);
  return {
    relative: {
      span: buckets > 0 ? buckets : maxDistance,
      ...(buckets > 0 ? { buckets } : {}),
      maxDistance,
      normed: config.norm_rel_ebd.includes("layer_norm"),
      contentToPosition: config.pos_att_type.includes("c2p"),
      positionToContent: config.pos_att_type.includes("p2c"),
      shared: config.share_att_key,
    },
  };
}

/** He et al. 2021, arXiv:2006.03654, and He, Gao & Chen 2021, arXiv:2111.09543. */
export const debertaV2Family = defineFamily({
  className: "DebertaV2",
  prefix: "deberta.",
  names: {
    dense: {
      "encoder.layer.#.attention.output.dense": "layer#.attention.output",
      "encoder.layer.#.intermediate.dense": "layer#.feed_forward.inner",
      "encoder.layer.#.output.dense": "layer#.feed_forward.output",
      "embeddings.embed_proj": "embeddings.projection",
      "encoder.layer.#.attention.self.query_proj": "layer#.attention.query",
      "encoder.layer.#.attention.self.key_proj": "layer#.attention.key",
      "encoder.layer.#.attention.self.value_proj": "layer#.attention.value",
      "encoder.layer.#.attention.self.pos_key_proj": "layer#.attention.position_key",
      "encoder.layer.#.attention.self.pos_query_proj": "layer#.attention.position_query",
    },
    kept: {
      ...BERT_NAMES.kept,
      "encoder.rel_embeddings": "relative.distance",
      "encoder.LayerNorm": "relative.norm",
    },
  },
  maskedHead: BERT_MASKED_HEAD,
  schema,
  encoder: (config) => {
    const { pooling: _, ...sizes } = bertConfig(config);
    const embeddingWidth = config.embedding_size ?? config.hidden_size;
    return deberta({
      ...sizes,
      embeddingWidth,
      tokenTypes: config.type_vocab_size,
      absolutePositions: config.position_biased_input,
      ...relativeOf(config),
    });
  },
});
