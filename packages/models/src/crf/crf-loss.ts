import { DTYPES, type Value } from "@modelwright/engine";
import type { LossContext } from "../losses/loss-context.ts";
import { actualCounts, type CrfCounts, expectedCounts, scoreOf } from "./crf-counts.ts";
import { crfSums } from "./crf-marginals.ts";
import type { CrfValues } from "./crf-scores.ts";
import { withoutGradient } from "./crf-steps.ts";

export interface CrfLossValues extends CrfValues {
  /** int64 `[batch, sequence]`: a tag for each token, in `[0, K)`; anything where there is padding. */
  readonly tags: Value;
}

/**
 * The negative log-likelihood of tag sequences under a linear-chain conditional random field: the mean over the rows of the batch, in nats
 * per sequence. Each row has a token at least.
 *
 * Its gradient is built by hand, since a loop has none: that of the sum over all sequences is how often each score is expected, which the
 * forward–backward algorithm gives. So the loops run over values without gradient, and the sum is replaced by the linear function of the
 * scores that has its value and its gradient at this place.
 *
 * @returns Scalar float32.
 * @see Lafferty, McCallum & Pereira 2001, "Conditional random fields".
 */
export function crfLoss(c: LossContext, values: CrfLossValues): Value {
  const { b } = c;
  return b.scope("crf", () => {
    const bare = withoutGradients(c, values);
    const sums = crfSums(c, bare);
    const expected = scoreOf(c, values, fixed(c, expectedCounts(c, sums, bare.transitions)));
    const total = b.op("ReduceSum", [sums.total, b.ints([0])], { keepdims: 0 });
    const offset = withoutGradient(b, b.op("Sub", [total, expected]));
    const actual = scoreOf(c, values, actualCounts(c, sums, values.tags));
    const all = b.op("Add", [b.op("Sub", [expected, actual]), offset]);
    const rows = b.op("Size", [sums.total]);
    return b.op("Div", [all, b.op("Cast", [rows], { to: DTYPES.float32.onnx })]);
  });
}

function withoutGradients({ b }: LossContext, { emissions, mask, transitions, start, end }: CrfValues): CrfValues {
  const bare = (value: Value) => withoutGradient(b, value);
  return { emissions: bare(emissions), mask, transitions: bare(transitions), start: bare(start), end: bare(end) };
}

function fixed({ b }: LossContext, { emissions, transitions, start, end }: CrfCounts): CrfCounts {
  const bare = (value: Value) => withoutGradient(b, value);
  return { emissions: bare(emissions), transitions: bare(transitions), start: bare(start), end: bare(end) };
}
