import { ModelwrightError } from "@modelwright/contracts";
import { checkPlan, type SequencePlan, unitsToShow } from "./boundary.ts";
import { differenceSequence, type SequentialInterval } from "./confidence-sequence.ts";
import { joinMoments, type Moments, varianceOfMoments } from "./moments.ts";

/**
 * What the bounds of a difference say of a challenger:
 *
 * - `better`: than the champion, by whatever;
 * - `worse`: by more than the margin;
 * - `no worse`: not by more than the margin, and not shown to be better;
 * - `inconclusive`: none of it is shown yet.
 */
export const GUARDRAIL_VERDICTS = ["better", "worse", "no worse", "inconclusive"] as const;
export type GuardrailVerdict = (typeof GUARDRAIL_VERDICTS)[number];

/** A mean that a challenger must not spoil: the share of errors, of answers slower than a limit, an estimated accuracy. */
export interface Guardrail {
  readonly name: string;
  readonly better: "higher" | "lower";
  /** Loss up to which a challenger counts as no worse, in the unit of the mean; not negative. */
  readonly margin: number;
  readonly champion: Moments;
  readonly challenger: Moments;
}

export interface JudgedGuardrail {
  readonly name: string;
  readonly verdict: GuardrailVerdict;
  /** What the challenger has more; each bound holds by itself, at every look, for all guardrails together. */
  readonly difference: SequentialInterval;
  /**
   * Units of both arms together after which `no worse` is shown of arms alike in size and mean. Infinite with a margin of
   * 0; undefined before there are enough units to say how much they vary.
   */
  readonly unitsToTell?: number;
}

/** What an interval says of a challenger, whatever made it. */
export function guardrailVerdict(
  { low, high }: { readonly low: number; readonly high: number },
  { better, margin }: Pick<Guardrail, "better" | "margin">,
): GuardrailVerdict {
  const [least, most] = better === "higher" ? [low, high] : [-high, -low];
  if (least > 0) return "better";
  if (most < -margin) return "worse";
  return least > -margin ? "no worse" : "inconclusive";
}

/**
 * Judges a challenger by all its guardrails, at every look. The chance that one that is as good is ever called worse, by
 * any of them, is at most `alpha`; so is the chance that one that is worse by its margin is ever called no worse.
 *
 * @throws {ModelwrightError} `EVALUATION_OPTION_INVALID`.
 */
export function judgeGuardrails(
  guardrails: readonly Guardrail[],
  plan: Omit<SequencePlan, "sides"> = {},
): readonly JudgedGuardrail[] {
  const { alpha, tunedFor } = checkPlan(plan);
  const each = { alpha: alpha / Math.max(1, guardrails.length), tunedFor, sides: 1 } as const;
  return guardrails.map(({ name, better, margin, champion, challenger }) => {
    if (!(margin >= 0 && Number.isFinite(margin))) {
      const option = `margin of ${name}`;
      throw new ModelwrightError("EVALUATION_OPTION_INVALID", { option, rule: "a number ≥ 0", value: margin });
    }
    const difference = differenceSequence(champion, challenger, each);
    const verdict = guardrailVerdict(difference, { better, margin });
    if (!Number.isFinite(difference.low)) return { name, verdict, difference };
    const deviation = Math.sqrt(varianceOfMoments(joinMoments(champion, challenger)));
    return { name, verdict, difference, unitsToTell: unitsToShow(margin, { deviation, ...each }) };
  });
}
