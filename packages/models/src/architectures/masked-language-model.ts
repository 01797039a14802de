import type { Value } from "@modelwright/engine";
import { dense } from "../layers/dense.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { constant, truncatedNormal } from "../parameters/initializers.ts";
import { applyBert, type BertConfig, bertWordTable } from "./bert.ts";

const LAYER_NORM_EPSILON = 1e-12;
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
 * The word head is a dense GELU, a norm, and the product with the encoder's own word vectors plus a bias; the next-sentence head reads the
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
  const { b } = c;
  const texts = applyBert(c, { ...config, pooling: "first" }, inputs);
  const vectors = texts.vectors(); // [B, T, H]
  const pooled = texts.pooled(); // [B, H]
  const table = bertWordTable(c, config); // [V, H]
  return c.scope("head", () => {
    const flat = b.op("Reshape", [vectors, b.ints([-1, config.width])]); // [B·T, H]
    const asked = positions === undefined ? vectors : b.op("Gather", [flat, positions], { axis: 0 }); // [masked, H]
    const inner = b.op("Gelu", [dense(c, asked, { name: "transform", width: config.width, initializer })]);
    const transformed = layerNorm(c, inner, { name: "norm", epsilon: LAYER_NORM_EPSILON });
    const bias = c.parameter("bias", [config.vocabularySize], { initializer: constant(0), decay: false });
    const words = b.op("Add", [b.op("FusedMatMul", [transformed, table], { transB: 1 }), bias]);
    return { words, nextSentence: dense(c, pooled, { name: "next_sentence", width: 2, initializer }) };
  });
}
