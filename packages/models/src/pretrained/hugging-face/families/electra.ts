import { z } from "zod";
import { bert } from "../../../architectures/bert.ts";
import { sizeField, WIDTH } from "../config-fields.ts";
import { defineFamily } from "../family.ts";
import { BERT_NAMES, bertConfig, bertFields, bertHeads } from "./bert.ts";

/** Clark et al. 2020, arXiv:2003.10555: BERT with embeddings that are projected to the width of the layers. */
export const electraFamily = defineFamily({
  className: "Electra",
  prefix: "electra.",
  names: { ...BERT_NAMES, dense: { ...BERT_NAMES.dense, embeddings_project: "embeddings.projection" } },
  maskedHead: {
    transform: "generator_predictions.dense",
    norm: "generator_predictions.LayerNorm",
    bias: "generator_lm_head.bias",
    activation: "gelu",
  },
  schema: z
    .object({
      ...bertFields,
      hidden_size: sizeField(WIDTH, 256),
      num_attention_heads: sizeField(WIDTH, 4),
      intermediate_size: sizeField(4 * WIDTH, 1024),
      embedding_size: sizeField(WIDTH, 128),
      type_vocab_size: sizeField(1024, 2),
    })
    .superRefine(bertHeads),
  encoder: (config) =>
    bert({ ...bertConfig(config), embeddingWidth: config.embedding_size, tokenTypes: config.type_vocab_size }),
});
