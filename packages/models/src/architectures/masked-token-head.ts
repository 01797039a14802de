import type { Value } from "@modelwright/engine";
import type { ActivationName } from "../layers/activation.ts";
import { activation } from "../layers/activation.ts";
import { dense, staticSize } from "../layers/dense.ts";
import type { LayerContext } from "../layers/layer-context.ts";
import { layerNorm } from "../layers/layer-norm.ts";
import { constant, truncatedNormal } from "../parameters/initializers.ts";

const initializer = truncatedNormal(0.02);

/** What sets the heads of families apart. */
export interface MaskedTokenHead {
  /** Default `gelu`. */
  readonly activation?: ActivationName;
  /** Added to variances. Default 1e-12. */
  readonly normEpsilon?: number;
  /** Whether the dense layer and the norm have biases. Default true. */
  readonly hasBias?: boolean;
}

export interface MaskedTokenInputs {
  /** Of each token: float32 `[batch, sequence, width]`. */
  readonly vectors: Value;
  /** The encoder's own table of tokens: float32 `[vocabularySize, embeddingWidth]`. */
  readonly table: Value;
  /** int64 `[masked]`: places in the flat `[batch · sequence]` to predict. Default: all. */
  readonly positions?: Value | undefined;
}

/**
 * Which token stands at a place: a dense layer, a norm, and the product with the encoder's own token vectors plus a bias.
 *
 * @returns Logits float32 `[batch, sequence, vocabularySize]`, or `[masked, vocabularySize]` where `positions` are given, which spares the
 * product for all others.
 * @see Devlin et al. 2019, arXiv:1810.04805.
 */
export function maskedTokenHead(
  c: LayerContext,
  { vectors, table, positions }: MaskedTokenInputs,
  { activation: name = "gelu", normEpsilon = 1e-12, hasBias = true }: MaskedTokenHead = {},
): Value {
  const { b } = c;
  return c.scope("head", () => {
    const flat = b.op("Reshape", [vectors, b.ints([-1, staticSize(vectors, -1)])]); // [B·T, H]
    const asked = positions === undefined ? vectors : b.op("Gather", [flat, positions], { axis: 0 }); // [masked, H]
    const [size, width] = [staticSize(table, 0), staticSize(table, 1)];
    const inner = activation(c, dense(c, asked, { name: "transform", width, hasBias, initializer }), name); // [masked, E]
    const transformed = layerNorm(c, inner, { name: "norm", epsilon: normEpsilon, hasBias }); // [masked, E]
    const bias = c.parameter("bias", [size], { initializer: constant(0), decay: false }); // [V]
    return b.op("Add", [b.op("FusedMatMul", [transformed, table], { transB: 1 }), bias]); // [masked, V]
  });
}
