import type { ParameterArena } from "@modelwright/engine";

/**
 * An exponential moving average of the weights (Polyak & Juditsky 1992, SIAM Journal on Control and
 * Optimization 30): smoother than the weights themselves, and often better where the learning rate is still
 * high.
 *
 * The decay at update t is min(decay, (1 + t) / (10 + t)), so that the first weights are soon forgotten.
 */
export class WeightAverage {
  /** Laid out like the arena. */
  readonly values: Float32Array;
  readonly #arena: ParameterArena;
  readonly #decay: number;

  /** @param decay Of the average at each update, in `(0, 1)`; 0.999 remembers some thousand updates. */
  constructor(arena: ParameterArena, decay: number) {
    this.#arena = arena;
    this.#decay = decay;
    this.values = arena.weights.slice();
  }

  /** Takes in the weights after so many updates. */
  record(updates: number): void {
    const { weights } = this.#arena;
    const rate = 1 - Math.min(this.#decay, (1 + updates) / (10 + updates));
    for (let i = 0; i < weights.length; i++) this.values[i]! += rate * (weights[i]! - this.values[i]!);
  }

  /** Puts the average where the weights are, and the weights back when `body` has ended. */
  async during<T>(body: () => Promise<T>): Promise<T> {
    const { weights } = this.#arena;
    const own = weights.slice();
    weights.set(this.values);
    try {
      return await body();
    } finally {
      weights.set(own);
    }
  }
}
