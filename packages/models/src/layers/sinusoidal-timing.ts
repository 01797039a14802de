import { type Tensor, tensor, type Value } from "@modelwright/engine";
import { firstRows } from "./embedding.ts";
import type { LayerContext } from "./layer-context.ts";

export interface SinusoidalTimingOptions {
  /** Longest sequence. */
  readonly positions: number;
  /** Even. */
  readonly width: number;
}

/**
 * The fixed position signal of tensor2tensor.
 *
 * @param ids int64 `[batch, sequence]`, of which only the length counts.
 * @returns float32 `[sequence, width]`.
 */
export function sinusoidalTiming(c: LayerContext, ids: Value, options: SinusoidalTimingOptions): Value {
  return c.scope("timing", () =>
    firstRows(
      c,
      c.fixed("signal", () => timingSignal(options)),
      ids,
    ),
  );
}

/**
 * Sines in the first half of each row and cosines in the second, of position / timescale, with width / 2 timescales from 1 to 10,000 in
 * a geometric series whose both ends are reached: 10,000^(i / (width/2 − 1)).
 *
 * @returns `[positions, width]`.
 * @see Vaswani et al. 2017, arXiv:1706.03762, section 3.5; tensor2tensor `get_timing_signal_1d` for the layout and the end point.
 */
export function timingSignal({ positions, width }: SinusoidalTimingOptions): Tensor<"float32"> {
  const half = width / 2;
  const signal = new Float32Array(positions * width);
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position / 10_000 ** (i / Math.max(half - 1, 1));
      signal[position * width + i] = Math.sin(angle);
      signal[position * width + half + i] = Math.cos(angle);
    }
  }
  return tensor("float32", [positions, width], signal);
}
