import type { RandomSource } from "../random/random-source.ts";
import type { TensorLayout } from "../tensor/tensor-layout.ts";

/** Exponent γ of the paper. */
const DECAY = 0.55;

/** @param variance η, that of the first update's noise. */
export interface GradientNoiseOptions {
  readonly variance: number;
  readonly random: RandomSource;
}

/**
 * Normal noise on clipped gradients, whose variance at the update after t others is η / (1 + t)^0.55 (Neelakantan et al. 2015,
 * arXiv:1511.06807, section 3).
 *
 * What is drawn depends on the seed, the update and the parameter's name alone.
 */
export class GradientNoise {
  readonly #layout: TensorLayout;
  readonly #options: GradientNoiseOptions;

  constructor(layout: TensorLayout, options: GradientNoiseOptions) {
    this.#layout = layout;
    this.#options = options;
  }

  /**
   * @param gradients Laid out as told; what fills up a parameter's last cache line stays zero.
   * @param context.updates Made before.
   * @param context.scale What the gradients are still to be multiplied by.
   */
  addTo(gradients: Float32Array, { updates, scale }: { readonly updates: number; readonly scale: number }): void {
    const { variance, random } = this.#options;
    const deviation = Math.sqrt(variance / (1 + updates) ** DECAY);
    for (const name of this.#layout.names) {
      random.stream(updates, name).addNormals(this.#layout.view(gradients, name).data, deviation / scale);
    }
  }
}
