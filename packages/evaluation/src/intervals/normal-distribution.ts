/** Beyond it the probability of the normal distribution is 0 or 1 to all that matters here. */
const FARTHEST = 8;

/**
 * Share of the standard normal distribution below `x`, by its Taylor series around 0.
 *
 * @see Marsaglia, "Evaluating the Normal Distribution", 2004
 */
export function normalShareBelow(x: number): number {
  if (x <= -FARTHEST) return 0;
  if (x >= FARTHEST) return 1;
  let sum = x;
  let term = x;
  for (let i = 3, before = Number.NaN; sum !== before; i += 2) {
    before = sum;
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.5 * Math.log(2 * Math.PI));
}

/** The value below which a share of the standard normal distribution lies; ±8 for 0 and 1. */
export function normalQuantile(share: number): number {
  let [low, high] = [-FARTHEST, FARTHEST];
  while (high - low > 1e-13) {
    const middle = (low + high) / 2;
    if (normalShareBelow(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
