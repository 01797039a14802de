/** How the angles of a rotary embedding were stretched, by transformers' names. */
export type RotaryScaling =
  /** Every angle divided by the factor (Chen et al. 2023, arXiv:2306.15595). */
  { readonly type: "linear"; readonly factor: number } | LlamaScaling;

/** Slow angles divided by the factor, fast ones kept, and a slope between (Llama 3.1, arXiv:2407.21783, section 3.4.2). */
export interface LlamaScaling {
  readonly type: "llama3";
  readonly factor: number;
  /** Turns within `originalPositions` below which an angle is divided. */
  readonly lowTurns: number;
  /** Turns above which it is kept. */
  readonly highTurns: number;
  readonly originalPositions: number;
}

/** What a frequency, in radians per position, becomes. */
export function scaledFrequency(frequency: number, scaling: RotaryScaling | undefined): number {
  if (scaling === undefined) return frequency;
  return scaling.type === "linear" ? frequency / scaling.factor : slopedFrequency(frequency, scaling);
}

function slopedFrequency(frequency: number, scaling: LlamaScaling): number {
  const { factor, lowTurns, highTurns, originalPositions } = scaling;
  const turns = (originalPositions * frequency) / (2 * Math.PI);
  const kept = Math.min(1, Math.max(0, (turns - lowTurns) / (highTurns - lowTurns)));
  return kept * frequency + ((1 - kept) * frequency) / factor;
}

/** The field `rope_scaling` of a `config.json`. */
export function publishedScaling(scaling: RotaryScaling): Readonly<Record<string, unknown>> {
  const { type, factor } = scaling;
  if (type === "linear") return { rope_type: type, factor };
  const { lowTurns, highTurns, originalPositions } = scaling;
  return {
    rope_type: type,
    factor,
    low_freq_factor: lowTurns,
    high_freq_factor: highTurns,
    original_max_position_embeddings: originalPositions,
  };
}
