import { z } from "zod";
import { bert } from "../../../architectures/bert.ts";
import {
  activationField,
  checkHeads,
  LAYERS,
  POSITIONS,
  sizeField,
  tokenIdField,
  VOCABULARY,
  WIDTH,
} from "../config-fields.ts";
import { defineFamily } from "../family.ts";

/** Sanh et al. 2019, arXiv:1910.01108: BERT without token types, under names of its own. */
export const distilBertFamily = defineFamily({
  className: "DistilBert",
  prefix: "distilbert.",
  names: {
    dense: {
      "transformer.layer.#.attention.q_lin": "layer#.attention.query",
      "transformer.layer.#.attention.k_lin": "layer#.attention.key",
      "transformer.layer.#.attention.v_lin": "layer#.attention.value",
      "transformer.layer.#.attention.out_lin": "layer#.attention.output",
      "transformer.layer.#.ffn.lin1": "layer#.feed_forward.inner",
      "transformer.layer.#.ffn.lin2": "layer#.feed_forward.output",
    },
    kept: {
      "embeddings.word_embeddings": "embeddings.word",
      "embeddings.position_embeddings": "embeddings.position",
      "embeddings.LayerNorm": "embeddings.norm",
      "transformer.layer.#.sa_layer_norm": "layer#.attention_norm",
      "transformer.layer.#.output_layer_norm": "layer#.feed_forward_norm",
    },
  },
  maskedHead: { transform: "vocab_transform", norm: "vocab_layer_norm", bias: "vocab_projector.bias" },
  schema: z
    .object({
      vocab_size: sizeField(VOCABULARY, 30_522),
      dim: sizeField(WIDTH, 768),
      n_layers: sizeField(LAYERS, 6),
      n_heads: sizeField(WIDTH, 12),
      hidden_dim: sizeField(4 * WIDTH, 3072),
      max_position_embeddings: sizeField(POSITIONS, 512),
      activation: activationField(),
      pad_token_id: tokenIdField(0),
    })
    .superRefine(checkHeads("n_heads", "dim")),
  encoder: (config) =>
    bert({
      vocabularySize: config.vocab_size,
      width: config.dim,
      layers: config.n_layers,
      heads: config.n_heads,
      innerWidth: config.hidden_dim,
      positions: config.max_position_embeddings,
      activation: config.activation,
      padId: config.pad_token_id,
      pooling: "mean",
    }),
});
