import { z } from "zod";
import { bert } from "../../../architectures/bert.ts";
import {
  activationField,
  checkHeads,
  epsilonField,
  LAYERS,
  onlyField,
  POSITIONS,
  sizeField,
  tokenIdField,
  VOCABULARY,
  WIDTH,
} from "../config-fields.ts";
import { defineFamily } from "../family.ts";
import type { MaskedHeadModules } from "../masked-head.ts";
import type { NameTable } from "../parameter-names.ts";

/** The fields that BERT and its children share. */
export const bertFields = {
  vocab_size: sizeField(VOCABULARY, 30_522),
  hidden_size: sizeField(WIDTH, 768),
  num_hidden_layers: sizeField(LAYERS, 12),
  num_attention_heads: sizeField(WIDTH, 12),
  intermediate_size: sizeField(4 * WIDTH, 3072),
  max_position_embeddings: sizeField(POSITIONS, 512),
  hidden_act: activationField(),
  layer_norm_eps: epsilonField(1e-12),
  pad_token_id: tokenIdField(0),
  position_embedding_type: onlyField("absolute"),
  is_decoder: onlyField(false),
};

export const bertHeads = checkHeads<{ num_attention_heads: number; hidden_size: number }>(
  "num_attention_heads",
  "hidden_size",
);

/** What `bert` is told by these fields. */
export function bertConfig(config: z.output<z.ZodObject<typeof bertFields>>) {
  return {
    vocabularySize: config.vocab_size,
    width: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    innerWidth: config.intermediate_size,
    positions: config.max_position_embeddings,
    activation: config.hidden_act,
    normEpsilon: config.layer_norm_eps,
    padId: config.pad_token_id,
    pooling: "mean",
  } as const;
}

/** The modules of BERT, and of the children that kept their names. */
export const BERT_NAMES: NameTable = {
  dense: {
    "encoder.layer.#.attention.self.query": "layer#.attention.query",
    "encoder.layer.#.attention.self.key": "layer#.attention.key",
    "encoder.layer.#.attention.self.value": "layer#.attention.value",
    "encoder.layer.#.attention.output.dense": "layer#.attention.output",
    "encoder.layer.#.intermediate.dense": "layer#.feed_forward.inner",
    "encoder.layer.#.output.dense": "layer#.feed_forward.output",
  },
  kept: {
    "embeddings.word_embeddings": "embeddings.word",
    "embeddings.position_embeddings": "embeddings.position",
    "embeddings.token_type_embeddings": "embeddings.token_type",
    "embeddings.LayerNorm": "embeddings.norm",
    "encoder.layer.#.attention.output.LayerNorm": "layer#.attention_norm",
    "encoder.layer.#.output.LayerNorm": "layer#.feed_forward_norm",
  },
};

/** Of BERT, and of DeBERTa. */
export const BERT_MASKED_HEAD: MaskedHeadModules = {
  transform: "cls.predictions.transform.dense",
  norm: "cls.predictions.transform.LayerNorm",
  bias: "cls.predictions.bias",
};

/** Devlin et al. 2019, arXiv:1810.04805. */
export const bertFamily = defineFamily({
  className: "Bert",
  prefix: "bert.",
  names: BERT_NAMES,
  maskedHead: {
    ...BERT_MASKED_HEAD,
    nextSentence: { layer: "cls.seq_relationship", pooler: "bert.pooler.dense" },
  },
  schema: z.object({ ...bertFields, type_vocab_size: sizeField(1024, 2) }).superRefine(bertHeads),
  encoder: (config) => bert({ ...bertConfig(config), tokenTypes: config.type_vocab_size }),
});
