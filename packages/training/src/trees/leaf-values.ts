/** Penalties and bounds of a leaf's value. */
export interface LeafRule {
  readonly l1: number;
  readonly l2: number;
  readonly low: number;
  readonly high: number;
}

function shrunk(gradient: number, l1: number): number {
  if (l1 === 0) return gradient;
  return Math.sign(gradient) * Math.max(Math.abs(gradient) - l1, 0);
}

/** The value of least loss to the second order, −G / (H + λ), within its bounds. */
export function leafValue(gradient: number, hessian: number, { l1, l2, low, high }: LeafRule): number {
  const best = hessian + l2 === 0 ? 0 : -shrunk(gradient, l1) / (hessian + l2);
  return Math.min(Math.max(best, low), high);
}

/** Twice what that value lowers the loss by. */
export function leafGain(gradient: number, hessian: number, rule: LeafRule): number {
  const value = leafValue(gradient, hessian, rule);
  return -(2 * shrunk(gradient, rule.l1) + (hessian + rule.l2) * value) * value;
}
