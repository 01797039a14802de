import { type Moments, NO_MOMENTS } from "@modelwright/evaluation";

/**
 * Numbers of predictions, summed by the unit that got them: a subject who asks a hundred times is one case, not a hundred.
 *
 * Their mean is that of all predictions; how far it may be off is told from how the sums of units differ (the delta method
 * for a ratio of two sums, as Deng, Knoblich & Lu, "Applying the delta method in metric analytics", 2018, equation 3).
 */
export class UnitSums {
  readonly #places = new Map<string, number>();
  readonly #sums: number[] = [];
  readonly #counts: number[] = [];

  get units(): number {
    return this.#sums.length;
  }

  add(unit: string, value: number): void {
    const place = this.#places.get(unit);
    if (place === undefined) {
      this.#places.set(unit, this.#sums.length);
      this.#sums.push(value);
      this.#counts.push(1);
    } else {
      this.#sums[place]! += value;
      this.#counts[place]! += 1;
    }
  }

  /** `count` are the units. */
  moments(): Moments {
    const units = this.units;
    if (units === 0) return NO_MOMENTS;
    const all = total(this.#counts);
    const mean = total(this.#sums) / all;
    const each = all / units;
    let squares = 0;
    for (let i = 0; i < units; i++) squares += ((this.#sums[i]! - mean * this.#counts[i]!) / each) ** 2;
    return { count: units, mean, squares };
  }
}

function total(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
