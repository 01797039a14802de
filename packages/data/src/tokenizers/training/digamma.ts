/**
 * The derivative of ln Γ, for x > 0: the recurrence ψ(x) = ψ(x + 1) − 1/x up to 7, then the asymptotic series (Abramowitz & Stegun 1964, 6.3.18).
 * Absolute error below 1e-9.
 */
export function digamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 7; at++) shift -= 1 / at;
  const inverse = 1 / (at * at);
  return (
    shift + Math.log(at) - 0.5 / at - inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse / 240)))
  );
}
