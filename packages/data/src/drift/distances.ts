/** In place of a share of 0, which has no logarithm. */
const LEAST_SHARE = 1e-4;

/** How far the shares of two lists of counts lie apart: the sum of (other − one) · ln(other / one), with shares of at least 0.0001. */
export function stabilityIndex(one: readonly number[], other: readonly number[]): number {
  const [all, others] = [total(one), total(other)];
  return one.reduce((sum, count, i) => {
    const [share, otherShare] = [Math.max(LEAST_SHARE, count / all), Math.max(LEAST_SHARE, other[i]! / others)];
    return sum + (otherShare - share) * Math.log(otherShare / share);
  }, 0);
}

/**
 * The Jensen-Shannon distance of the shares: the square root of the divergence, by logarithms of base 2, so that it is 0
 * of equal shares and 1 where nothing is shared.
 *
 * @see Endres & Schindelin, "A new metric for probability distributions", 2003
 */
export function jensenShannon(one: readonly number[], other: readonly number[]): number {
  const [all, others] = [total(one), total(other)];
  const divergence = one.reduce((sum, count, i) => {
    const [share, otherShare] = [count / all, other[i]! / others];
    const middle = (share + otherShare) / 2;
    return sum + (surprise(share, middle) + surprise(otherShare, middle)) / 2;
  }, 0);
  return Math.sqrt(Math.max(0, divergence));
}

function surprise(share: number, middle: number): number {
  return share === 0 ? 0 : share * Math.log2(share / middle);
}

/** The chi-square statistic of whether two lists of counts are of one distribution. No place is empty in both. */
export function chiSquareStatistic(one: readonly number[], other: readonly number[]): number {
  const [all, others] = [total(one), total(other)];
  return one.reduce((sum, count, i) => {
    const both = count + other[i]!;
    const [expected, expectedOther] = [(both * all) / (all + others), (both * others) / (all + others)];
    return sum + (count - expected) ** 2 / expected + (other[i]! - expectedOther) ** 2 / expectedOther;
  }, 0);
}

/** How far two empirical distribution functions lie apart. */
export interface FunctionDistances {
  /** The largest distance between them: the statistic of Kolmogorov and Smirnov. */
  readonly gap: number;
  /** The area between them, in the unit of the values: the Wasserstein distance of order 1. */
  readonly area: number;
}

/** @param one Ascending values, as the others. */
export function functionDistances(one: Float64Array, other: Float64Array): FunctionDistances {
  let [i, j, gap, area] = [0, 0, 0, 0];
  let value = nextOf(one, other, i, j);
  while (value !== Number.POSITIVE_INFINITY) {
    while (i < one.length && one[i] === value) i++;
    while (j < other.length && other[j] === value) j++;
    const apart = Math.abs(i / one.length - j / other.length);
    const next = nextOf(one, other, i, j);
    if (apart > gap) gap = apart;
    if (next !== Number.POSITIVE_INFINITY) area += apart * (next - value);
    value = next;
  }
  return { gap, area };
}

/** The least value from these places on; infinite at the ends of both. */
function nextOf(one: Float64Array, other: Float64Array, i: number, j: number): number {
  const left = i < one.length ? one[i]! : Number.POSITIVE_INFINITY;
  const right = j < other.length ? other[j]! : Number.POSITIVE_INFINITY;
  return Math.min(left, right);
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
