/** `part / whole`; 0 where there is no whole. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Mean of the values that are numbers and that `counts`; NaN when there is none. */
export function meanWhere(values: Float64Array, counts: (index: number) => boolean): number {
  let sum = 0;
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (Number.isNaN(value) || !counts(index)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/**
 * The loss of a probability, nats. A certain mistake costs a finite 36 nats: the clip that scikit-learn applies to
 * float64.
 */
export function negativeLog(probability: number): number {
  return -Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability)));
}
