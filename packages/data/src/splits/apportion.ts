/**
 * Divides `total` into whole numbers in proportion to `weights` by largest remainders (Hamilton's method).
 *
 * Equal remainders go to the earlier weight. The result sums to `total`.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (sum === 0 ? 0 : (total * weight) / sum));
  const whole = exact.map(Math.floor);
  const byRemainder = exact.map((_, i) => i).sort((i, j) => exact[j]! - whole[j]! - (exact[i]! - whole[i]!) || i - j);
  let left = total - whole.reduce((a, b) => a + b, 0);
  for (const i of byRemainder) {
    if (left === 0) break;
    whole[i]!++;
    left--;
  }
  return whole;
}
