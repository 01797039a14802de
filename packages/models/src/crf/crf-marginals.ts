import { type Emitter, scanSequences, type Value } from "@modelwright/engine";
import type { LossContext } from "../losses/loss-context.ts";
import type { CrfValues } from "./crf-scores.ts";
import { behindEach, type CrfSteps, crfSteps } from "./crf-steps.ts";

/** The sums over all tag sequences up to each token and from it on, as logarithms. */
export interface CrfSums extends CrfSteps {
  /** float32 `[T, B, K]`: over what comes before a token and its own emission, by its tag. */
  readonly forwards: Value;
  /** float32 `[T, B, K]`: over what comes behind a token, by its tag; anything where there is padding. */
  readonly backwards: Value;
  /** float32 `[B]`: over all sequences. */
  readonly total: Value;
}

/**
 * The forward–backward algorithm, as two Scans over the tokens.
 *
 * @see Lafferty, McCallum & Pereira 2001, "Conditional random fields"; Rabiner 1989 for the algorithm.
 */
export function crfSums(c: LossContext, values: CrfValues): CrfSums {
  const { b } = c;
  const { transitions, start, end } = values;
  const steps = crfSteps(c, values);
  const { emissions, live, first, zeros } = steps;
  const {
    states: [last],
    sequences: [forwards],
  } = scanSequences(b, {
    name: "forwards",
    states: [zeros],
    sequences: [emissions, live, first],
    reverse: false,
    step: (body, [before], [emission, isLive, isFirst]) => {
      const reached = logSum(body, behindEach(body, before!, transitions), -2);
      const scored = body.op("Add", [body.op("Where", [isFirst, start, reached]), emission]);
      const next = body.op("Where", [isLive, scored, before]);
      return { states: [next], emitted: [next] };
    },
  });
  const {
    sequences: [backwards],
  } = scanSequences(b, {
    name: "backwards",
    states: [b.op("Add", [zeros, end])],
    sequences: [emissions, live],
    reverse: true,
    step: (body, [behind], [emission, isLive]) => {
      const scored = body.op("Unsqueeze", [body.op("Add", [behind, emission]), body.ints([-2])]); // [B, 1, K]
      const reached = logSum(body, body.op("Add", [scored, transitions]), -1);
      return { states: [body.op("Where", [isLive, reached, behind])], emitted: [behind!] };
    },
  });
  const total = logSum(b, b.op("Add", [last, end]), -1);
  return { ...steps, forwards: forwards!, backwards: backwards!, total };
}

function logSum(b: Emitter, values: Value, axis: number): Value {
  return b.op("ReduceLogSumExp", [values, b.ints([axis])], { keepdims: 0 });
}

/**
 * How likely each tag is at each token, over all sequences.
 *
 * @returns float32 `[T, B, K]`; anything where there is padding.
 */
export function crfMarginals({ b }: LossContext, { forwards, backwards, total }: CrfSums): Value {
  const both = b.op("Add", [forwards, backwards]);
  return b.op("Exp", [b.op("Sub", [both, b.op("Unsqueeze", [total, b.ints([-1])])])]);
}
