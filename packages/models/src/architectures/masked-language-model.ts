import type { Value } from "@modelwright/engine";
import { dense } from "../layers/dense.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { truncatedNormal } from "../parameters/initializers.ts";
import { applyBert, type BertConfig, bertWordTable } from "./bert.ts";
import { maskedTokenHead } from "./masked-token-head.ts";

const initializer = truncatedNormal(0.02);

export interface MaskedLanguageModelInputs {
  /** int64 `[batch, sequence]` each; token types are 0 in the first text and 1 in the second. */
  readonly inputIds: Value;
  readonly attentionMask: Value;
  readonly tokenTypeIds: Value;
  /** int64 `[masked]`: places in the flat `[batch · sequence]` to predict. Default: all. */
  readonly positions?: Value;
}

/**
 * BERT with its two heads for pre-training (Devlin et al. 2019, arXiv:1810.04805).
 *
 * The word head is `maskedTokenHead`; the next-sentence head reads the
 * pooled first position. The encoder's parameters have the names of `bert(config)`, so an encoder fine-tunes from them.
 *
 * @returns `words`: logits float32 `[batch, sequence, vocabularySize]`, or `[masked, vocabularySize]` where `positions` are given, which spares the
 * product for all others; `nextSentence`: logits float32 `[batch, 2]`, of which the second says that the second text follows the first.
 */
export function maskedLanguageModel(
  c: LayerContext,
  config: BertConfig,
  { positions, ...inputs }: MaskedLanguageModelInputs,
): { readonly words: Value; readonly nextSentence: Value } {
  const texts = applyBert(c, { ...config, pooling: "first" }, inputs);
  const vectors = texts.vectors(); // [B, T, H]
  const pooled = texts.pooled(); // [B, H]
  const table = bertWordTable(c, config); // [V, H]
  const words = maskedTokenHead(c, { vectors, table, positions }); // [masked, V]
  const nextSentence = c.scope("head", () => dense(c, pooled, { name: "next_sentence", width: 2, initializer })); // [B, 2]
  return { words, nextSentence };
}
