import { z } from "zod";
import { bert } from "../../../architectures/bert.ts";
import { epsilonField, sizeField, tokenIdField, VOCABULARY } from "../config-fields.ts";
import { defineFamily, type Family } from "../family.ts";
import { BERT_NAMES, bertConfig, bertFields, bertHeads } from "./bert.ts";

const schema = z
  .object({
    ...bertFields,
    vocab_size: sizeField(VOCABULARY, 50_265),
    layer_norm_eps: epsilonField(1e-12),
    pad_token_id: tokenIdField(1),
    type_vocab_size: sizeField(1024, 2),
  })
  .superRefine(bertHeads)
  .superRefine((config, context) => {
    if (config.max_position_embeddings > config.pad_token_id + 1) return;
    const message = `must be above pad_token_id + 1, behind which positions begin: ${config.pad_token_id + 1}`;
    context.addIssue({ code: "custom", path: ["max_position_embeddings"], message });
  });

/** BERT whose positions count from the row behind that of padding on. */
const robertaFamily = (className: string): Family =>
  defineFamily({
    className,
    prefix: "roberta.",
    names: BERT_NAMES,
    maskedHead: { transform: "lm_head.dense", norm: "lm_head.layer_norm", bias: "lm_head.bias", activation: "gelu" },
    schema,
    encoder: (config) => {
      const firstPosition = config.pad_token_id + 1;
      const positions = config.max_position_embeddings - firstPosition;
      return bert({ ...bertConfig(config), positions, firstPosition, tokenTypes: config.type_vocab_size });
    },
  });

/** Liu et al. 2019, arXiv:1907.11692. */
export const roberta = robertaFamily("Roberta");
/** Conneau et al. 2020, arXiv:1911.02116: RoBERTa on a hundred languages. */
export const xlmRoberta = robertaFamily("XLMRoberta");
