import type { Value } from "@modelwright/engine";
import { normal, uniform } from "../parameters/initializers.ts";
import { staticSize } from "./dense.ts";
import type { LayerContext } from "./layer-context.ts";

export interface PeriodicEmbeddingOptions {
  /** Scope of its parameters: `frequency` and `phase` `[numbers, waves]`, `weight` `[numbers, waves, width − 1]`, `bias` `[numbers, 1, width − 1]`. */
  readonly name: string;
  /** Cosines of each number. Default 16. */
  readonly waves?: number;
  /** Of the vector of each number, the number itself included. Default 4. */
  readonly width?: number;
}

/** The standard deviation of frequencies before training: numbers of about 1 turn a small part of a wave. */
const FREQUENCY = 0.1;

/**
 * A vector for each number: itself, and an affine map of cosines of learned frequencies, each number with its own, by which a network learns
 * steps and bends that an affine map of the number alone lacks (Gorishniy, Rubachev & Babenko 2022, arXiv:2203.05556; with phases and
 * the number beside them as Holzmüller, Grinsztajn & Steinwart 2024, arXiv:2407.04491).
 *
 * @param numbers float32 `[batch, numbers]`, about as large as 1.
 * @returns float32 `[batch, numbers · width]`.
 */
export function periodicEmbedding(c: LayerContext, numbers: Value, options: PeriodicEmbeddingOptions): Value {
  const { name, waves = 16, width = 4 } = options;
  const count = staticSize(numbers, 1);
  const { b } = c;
  return c.scope(name, () => {
    const frequency = c.parameter("frequency", [count, waves], { initializer: normal(FREQUENCY), decay: false });
    const phase = c.parameter("phase", [count, waves], { initializer: uniform(Math.PI), decay: false });
    const bound = 1 / Math.sqrt(waves);
    const weight = c.parameter("weight", [count, waves, width - 1], { initializer: uniform(bound), decay: true });
    const bias = c.parameter("bias", [count, 1, width - 1], { initializer: uniform(bound), decay: false });
    const each = b.op("Unsqueeze", [numbers, b.ints([2])]); // [B, N, 1]
    const turns = b.op("Mul", [b.op("Mul", [each, frequency]), b.scalar(2 * Math.PI)]); // [B, N, waves]
    const cosines = b.op("Cos", [b.op("Add", [turns, phase])]);
    const byNumber = b.op("Transpose", [cosines], { perm: [1, 0, 2] }); // [N, B, waves]
    const learned = b.op("Add", [b.op("MatMul", [byNumber, weight]), bias]); // [N, B, width − 1]
    const back = b.op("Transpose", [learned], { perm: [1, 0, 2] }); // [B, N, width − 1]
    const vectors = b.op("Concat", [each, back], { axis: 2 }); // [B, N, width]
    return b.op("Reshape", [vectors, b.ints([-1, count * width])]);
  });
}
