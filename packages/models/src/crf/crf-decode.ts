import { scanSequences, type Value } from "@modelwright/engine";
import { staticSize } from "../layers/dense.ts";
import type { LossContext } from "../losses/loss-context.ts";
import { crfMarginals, crfSums } from "./crf-marginals.ts";
import type { CrfValues } from "./crf-scores.ts";
import { behindEach, crfSteps } from "./crf-steps.ts";

/** The likeliest tags, and how likely each is. */
export interface CrfDecoded {
  /** int64 `[batch, sequence]`: the likeliest sequence of tags; anything where there is padding. */
  readonly tags: Value;
  /** float32 `[batch, sequence]`: how likely its tag is at each token, over all sequences. */
  readonly probabilities: Value;
}

/**
 * The likeliest tag sequence of each row (Viterbi), as a Scan that remembers the best tag before each, and one that goes back along
 * these; with the probability of each of its tags.
 *
 * @see Viterbi 1967; Forney 1973, "The Viterbi algorithm".
 */
export function crfDecode(c: LossContext, values: CrfValues): CrfDecoded {
  const { b } = c;
  return b.scope("decode", () => {
    const tags = viterbi(c, values);
    const marginals = crfMarginals(c, crfSums(c, values)); // [T, B, K]
    const chosen = b.op("GatherElements", [marginals, tags], { axis: 2 }); // [T, B, 1]
    const batchFirst = (value: Value) => b.op("Transpose", [b.op("Squeeze", [value, b.ints([2])])], { perm: [1, 0] });
    return { tags: batchFirst(tags), probabilities: batchFirst(chosen) };
  });
}

/** int64 `[T, B, 1]`. */
function viterbi(c: LossContext, values: CrfValues): Value {
  const { b } = c;
  const { transitions, start, end } = values;
  const K = staticSize(values.emissions, -1);
  const { emissions, live, first, zeros } = crfSteps(c, values);
  const itself = b.constant("int64", [1, K], [...Array(K).keys()]);
  const {
    states: [last],
    sequences: [before],
  } = scanSequences(b, {
    name: "best",
    states: [zeros],
    sequences: [emissions, live, first],
    reverse: false,
    step: (body, [score], [emission, isLive, isFirst]) => {
      const all = behindEach(body, score!, transitions); // [B, K, K]
      const best = body.op("ReduceMax", [all, body.ints([-2])], { keepdims: 0 });
      const from = body.op("ArgMax", [all], { axis: -2, keepdims: 0 });
      const scored = body.op("Add", [body.op("Where", [isFirst, start, best]), emission]);
      return {
        states: [body.op("Where", [isLive, scored, score])],
        emitted: [body.op("Where", [isLive, from, itself])],
      };
    },
  });
  const final = b.op("ArgMax", [b.op("Add", [last, end])], { axis: -1, keepdims: 1 }); // [B, 1]
  const { sequences } = scanSequences(b, {
    name: "path",
    states: [final],
    sequences: [before!],
    reverse: true,
    step: (body, [tag], [from]) => ({
      states: [body.op("GatherElements", [from, tag], { axis: 1 })],
      emitted: [tag!],
    }),
  });
  return sequences[0]!;
}
