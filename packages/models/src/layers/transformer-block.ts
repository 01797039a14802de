import type { Value } from "@modelwright/engine";
import { dropout } from "./dropout.ts";
import type { LayerContext } from "./layer-context.ts";

export interface TransformerBlockOptions {
  /** Where the norm stands: `pre` inside each branch, `post` behind each sum, as in the first Transformer. */
  readonly placement: "pre" | "post";
  /** Makes the norm of this name: `attention_norm`, `cross_attention_norm`, `feed_forward_norm`. */
  readonly normalize: (x: Value, name: string) => Value;
  readonly attend: (x: Value) => Value;
  /** Attends to the positions of an encoder. Default: there is none. */
  readonly attendAcross?: ((x: Value) => Value) | undefined;
  readonly feedForward: (x: Value) => Value;
}

/**
 * Attention, attention to an encoder's positions where there is one, and a feed-forward layer, each with a residual connection, a norm and
 * dropout: the block of encoders and, with a causal mask, of decoders (Vaswani et al. 2017, arXiv:1706.03762; pre-norm: Xiong et al. 2020,
 * arXiv:2002.04745).
 *
 * @param x float32 `[batch, sequence, width]`, the shape of the result too.
 */
export function transformerBlock(c: LayerContext, x: Value, options: TransformerBlockOptions): Value {
  const { placement, normalize, attend, attendAcross, feedForward } = options;
  const branch = (input: Value, name: string, layer: (x: Value) => Value) => {
    const normed = placement === "pre" ? normalize(input, `${name}_norm`) : input;
    const sum = c.b.op("Add", [input, dropout(c, layer(normed), name)]);
    return placement === "pre" ? sum : normalize(sum, `${name}_norm`);
  };
  const attended = branch(x, "attention", attend);
  const across = attendAcross === undefined ? attended : branch(attended, "cross_attention", attendAcross);
  return branch(across, "feed_forward", feedForward);
}
