/** What kind of layer has a weight that an adapter can stand beside. */
export type AdaptableLayer = "linear" | "embedding";

/**
 * Low-rank adapters: beside a weight W that stays as it is, a product of two narrow matrices is trained, so that the layer computes
 * x · (W + scale · A · B).
 *
 * @see Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", arXiv:2106.09685.
 */
export interface LowRankAdapters {
  /** Columns of A and rows of B. */
  readonly rank: number;
  /** The product is multiplied by alpha / rank. */
  readonly alpha: number;
  /** Multiplies by alpha / √rank instead, so that a high rank learns as fast (arXiv:2312.03732). Default false. */
  readonly rsLora?: boolean | undefined;
  /** Probability that an element of what an adapter reads is dropped in training; rounded to 1/256. Default 0. */
  readonly dropout?: number | undefined;
  /**
   * Trains the length of each column of a linear layer's weight apart from its direction, which the adapter turns: DoRA, Liu et al. 2024,
   * arXiv:2402.09353. Default false.
   */
  readonly dora?: boolean | undefined;
  /**
   * Which layers have an adapter, by the scope of their parameters: `encoder.layer0.attention.query`. `dense` layers are linear, `embedding`
   * layers embeddings.
   */
  readonly targets: (layer: string, kind: AdaptableLayer) => boolean;
}

/** Names of an adapter's parameters, behind the scope of its layer. */
export const ADAPTER_PARAMETERS = {
  linear: { a: "lora_A", b: "lora_B", magnitude: "lora_magnitude" },
  embedding: { a: "lora_embedding_A", b: "lora_embedding_B" },
} as const;

const SUFFIXES = Object.values(ADAPTER_PARAMETERS).flatMap((names) => Object.values(names).map((name) => `.${name}`));

/** Whether a parameter belongs to an adapter. */
export function isAdapterParameter(name: string): boolean {
  return SUFFIXES.some((suffix) => name.endsWith(suffix));
}

/** The factor on the product of an adapter's matrices. */
export function adapterScale({
  rank,
  alpha,
  rsLora = false,
}: Pick<LowRankAdapters, "rank" | "alpha" | "rsLora">): number {
  return alpha / (rsLora ? Math.sqrt(rank) : rank);
}
