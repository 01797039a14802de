import { tensor, type Value } from "@modelwright/engine";
import type { LayerContext } from "./layer-context.ts";
import { type RotaryScaling, scaledFrequency } from "./rotary-scaling.ts";

/** Cosines and sines of the angle of each pair of features at each position. */
export interface RotaryTables {
  /** float32 `[positions, pairs]`. */
  readonly cosines: Value;
  readonly sines: Value;
  /** int64: `[batch, sequence]`, or `[1]` 0 for positions 0, 1, 2 … */
  readonly positions: Value;
}

export interface RotaryTablesOptions {
  /** Rows of the tables; the longest sequence. */
  readonly positions: number;
  /** Width of a head, even. */
  readonly headWidth: number;
  /** Base of the geometric series of angles. Default 10,000. */
  readonly base?: number;
  /** How a model that was trained on shorter texts was stretched. Default: it was not. */
  readonly scaling?: RotaryScaling | undefined;
  /** Position of each id, int64 `[batch, sequence]`. Default: 0, 1, 2 … in each row. */
  readonly positionIds?: Value | undefined;
}

/**
 * The tables of a rotary position embedding (Su et al. 2021, arXiv:2104.09864), made once for all layers: pair i of position p turns by
 * p · base^(−2i / headWidth), or what `scaling` makes of it.
 */
export function rotaryTables(c: LayerContext, options: RotaryTablesOptions): RotaryTables {
  const { positions, headWidth, base = 10_000, scaling, positionIds } = options;
  const pairs = headWidth / 2;
  const frequencies = Array.from({ length: pairs }, (_, pair) =>
    scaledFrequency(base ** ((-2 * pair) / headWidth), scaling),
  );
  const table = (name: string, f: (angle: number) => number) =>
    c.fixed(name, () => {
      const angles = { length: positions * pairs };
      const data = Float32Array.from(angles, (_, i) => f(Math.floor(i / pairs) * frequencies[i % pairs]!));
      return tensor("float32", [positions, pairs], data);
    });
  return c.scope("rotary", () => ({
    cosines: table("cosines", Math.cos),
    sines: table("sines", Math.sin),
    positions: positionIds ?? c.b.ints([0]),
  }));
}

/**
 * Turns the pairs (i, i + pairs) of each head by their position, as Llama does. One operator forward and one backward.
 *
 * @param x float32 `[batch, heads, sequence, headWidth]`.
 */
export function rotaryEmbedding(c: LayerContext, x: Value, { cosines, sines, positions }: RotaryTables): Value {
  return c.b.op("RotaryEmbedding", [x, positions, cosines, sines]);
}
