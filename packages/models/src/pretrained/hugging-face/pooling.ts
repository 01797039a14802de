import type { Value } from "@modelwright/engine";
import { builtOnDemand, type Encoder } from "../../architectures/encoder.ts";
import { type AttentionMask, attentionMask } from "../../layers/attention-mask.ts";
import { l2Normalize } from "../../layers/l2-normalize.ts";
import type { LayerContext } from "../../layers/layer-context.ts";
import { maxPooling } from "../../layers/max-pooling.ts";
import { meanPooling } from "../../layers/mean-pooling.ts";
import { type SentenceDense, sentenceDense } from "./sentence-dense.ts";

type PoolingLayer = (c: LayerContext, vectors: Value, mask: AttentionMask) => Value;

/** How the vectors of a text's tokens become one, by sentence-transformers' names: float32 `[batch, sequence, width]` to `[batch, width]`. */
export const POOLINGS = {
  mean: meanPooling,
  cls: (c, vectors) => c.b.op("Gather", [vectors, c.b.scalar(0, "int64")], { axis: 1 }),
  max: maxPooling,
  mean_sqrt_len_tokens: (c, vectors, mask) => {
    const tokens = c.b.op("ReduceSum", [mask.keep, c.b.ints([1])], { keepdims: 1 }); // [B, 1]
    return c.b.op("Mul", [meanPooling(c, vectors, mask), c.b.op("Sqrt", [tokens])]);
  },
} as const satisfies Readonly<Record<string, PoolingLayer>>;

export type Pooling = keyof typeof POOLINGS;

/** The square of the least length by which sentence-transformers divides. */
const NORM_EPSILON = 1e-24;

/** An encoder whose vectors of texts come from those of their tokens in a given way. */
export function pooledBy(
  encoder: Encoder,
  sentence: {
    readonly pooling: Pooling;
    readonly normalized: boolean;
    readonly dense: readonly SentenceDense[];
  },
): Encoder {
  const { pooling, normalized, dense } = sentence;
  return {
    ...encoder,
    width: dense.at(-1)?.width ?? encoder.width,
    apply: (c, inputs) => {
      const { vectors } = encoder.apply(c, inputs);
      if (vectors === undefined) throw new Error(`${encoder.modelType} gives no vectors of tokens`);
      const pooled = builtOnDemand(c, () => {
        const tokens = vectors(); // [B, L, H]
        return c.scope("encoder.sentence", () => {
          const pooled = POOLINGS[pooling](c, tokens, attentionMask(c, inputs.attentionMask)); // [B, H]
          const mapped = sentenceDense(c, pooled, dense); // [B, width]
          return normalized ? l2Normalize(c, mapped, { epsilon: NORM_EPSILON }) : mapped;
        });
      });
      return { vectors, pooled };
    },
  };
}
