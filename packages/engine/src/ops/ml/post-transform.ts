import { erf, logSumExp, sigmoid } from "../reference-kernels.ts";

/**
 * What linear models, trees and support vectors do to the scores of a row at the end. `SOFTMAX_ZERO` leaves scores of 0 out, and `PROBIT` is
 * the quantile of the normal distribution.
 */
export const POST_TRANSFORMS: Readonly<Record<string, (scores: readonly number[]) => readonly number[]>> = {
  NONE: (scores) => scores,
  LOGISTIC: (scores) => scores.map(sigmoid),
  SOFTMAX: softmax,
  SOFTMAX_ZERO: (scores) => {
    const given = softmax(scores.filter((score) => score !== 0));
    let next = 0;
    return scores.map((score) => (score === 0 ? 0 : given[next++]!));
  },
  PROBIT: (scores) => scores.map(probit),
};

/** The transforms in the order of TreeEnsemble's numbers. */
export const POST_TRANSFORM_NAMES = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"] as const;

/** Why a transform cannot be for so many scores, if so: ONNX Runtime leaves a single score as it is, whatever is asked for but PROBIT. */
export function postTransformFault(name: string, scores: number): string | undefined {
  if (!Object.hasOwn(POST_TRANSFORMS, name))
    return `post_transform is one of ${Object.keys(POST_TRANSFORMS).join(", ")}`;
  if (scores > 1 || name === "NONE" || name === "PROBIT") return undefined;
  return "post_transform of a single score is NONE or PROBIT, since ONNX Runtime does no other there";
}

function softmax(scores: readonly number[]): readonly number[] {
  const total = logSumExp(scores);
  return scores.map((score) => Math.exp(score - total));
}

/** The x below which a standard normal number lies with probability p, by Newton's method. */
function probit(p: number): number {
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  if (!(p > 0 && p < 1)) return Number.NaN;
  let x = 0;
  for (let step = 0; step < 100; step++) {
    const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    const difference = (0.5 * (1 + erf(x / Math.SQRT2)) - p) / density;
    // Far out the density is small and a whole step would overshoot.
    x -= Math.max(-1, Math.min(1, difference));
    if (Math.abs(difference) < 1e-14) break;
  }
  return x;
}
