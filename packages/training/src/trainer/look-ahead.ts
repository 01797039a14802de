import { ModelwrightError } from "@modelwright/contracts";
import type { ParameterArena } from "@modelwright/engine";

/** How the weights look ahead. */
export interface LookAheadOptions {
  /** Updates between two steps of the slow weights; 0: there are none. */
  readonly every: number;
  /** Share of the way to the weights that the slow ones go, in `(0, 1]`. Default 0.5. */
  readonly rate?: number;
}

/** @throws {ModelwrightError} `TRAINING_OPTION_INVALID` for a number out of its range. */
export function checkLookAhead({ every, rate = 0.5 }: LookAheadOptions): void {
  const rules = [
    {
      option: "lookAhead.every",
      value: every,
      rule: "a whole number, 0 for none",
      holds: Number.isInteger(every) && every >= 0,
    },
    { option: "lookAhead.rate", value: rate, rule: "above 0 and at most 1", holds: rate > 0 && rate <= 1 },
  ];
  for (const { holds, ...broken } of rules) {
    if (!holds) throw new ModelwrightError("TRAINING_OPTION_INVALID", broken);
  }
}

/**
 * Look-ahead (Zhang et al. 2019, arXiv:1907.08610): after every k updates slow weights go part of the way to the weights that the
 * optimiser has reached, and the optimiser goes on from there with the state it has.
 */
export class LookAhead {
  /** The slow weights, laid out like the arena. */
  readonly values: Float32Array;
  readonly #arena: ParameterArena;
  readonly #every: number;
  readonly #rate: number;

  constructor(arena: ParameterArena, { every, rate = 0.5 }: LookAheadOptions) {
    this.#arena = arena;
    this.#every = every;
    this.#rate = rate;
    this.values = arena.weights.slice();
  }

  /** Takes the slow weights' step if it is due after so many updates. */
  record(updates: number): void {
    if (updates % this.#every !== 0) return;
    const { weights } = this.#arena;
    for (let i = 0; i < weights.length; i++) this.values[i]! += this.#rate * (weights[i]! - this.values[i]!);
    weights.set(this.values);
  }
}
