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

/** The largest distance between two empirical distribution functions, of ascending values. */
export function largestGap(one: Float64Array, other: Float64Array): number {
  let gap = 0;
  eachStep(one, other, ({ apart }) => {
    gap = Math.max(gap, apart);
  });
  return gap;
}

/** The Wasserstein distance of order 1, in the unit of the values: the area between the distribution functions. */
export function wasserstein(one: Float64Array, other: Float64Array): number {
  let area = 0;
  eachStep(one, other, ({ apart, width }) => {
    area += apart * width;
  });
  return area;
}

/** Calls back for each value of either list: how far the functions are apart from it on, and to where. */
function eachStep(
  one: Float64Array,
  other: Float64Array,
  visit: (step: { readonly apart: number; readonly width: number }) => void,
): void {
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    const value = Math.min(one[i] ?? Number.POSITIVE_INFINITY, other[j] ?? Number.POSITIVE_INFINITY);
    while (i < one.length && one[i] === value) i++;
    while (j < other.length && other[j] === value) j++;
    const next = Math.min(one[i] ?? Number.POSITIVE_INFINITY, other[j] ?? Number.POSITIVE_INFINITY);
    const width = next === Number.POSITIVE_INFINITY ? 0 : next - value;
    visit({ apart: Math.abs(i / one.length - j / other.length), width });
  }
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
