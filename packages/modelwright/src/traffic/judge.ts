import {
  differenceSequence,
  type GuardrailVerdict,
  guardrailVerdict,
  joinMoments,
  meanSequence,
  type SequentialInterval,
  unitsToShow,
  varianceOfMoments,
} from "@modelwright/evaluation";
import type { TrafficRules } from "@modelwright/registry";
import type { TrafficEvidence } from "./evidence.ts";
import { MEASURE_NAMES, type MeasureName, measureRow } from "./measures.ts";

/** A challenger by one measure. */
export interface JudgedMeasure {
  readonly name: MeasureName;
  readonly verdict: GuardrailVerdict;
  readonly better: "higher" | "lower";
  readonly margin: number;
  readonly champion: number;
  readonly challenger: number;
  /** What the challenger has more. Each bound holds by itself, at every look, for all measures together. */
  readonly difference: SequentialInterval;
}

/**
 * Judges a challenger by every measure. The chance that one that is as good is ever called worse by any of them is at most
 * alpha, where it is to be shown better half of that, and so is the chance that it is ever called better.
 */
export function judge(evidence: TrafficEvidence, rules: TrafficRules): readonly JudgedMeasure[] {
  const plan = planOf(rules);
  return MEASURE_NAMES.map((name) => {
    const row = measureRow(name);
    const { champion, challenger, paired } = evidence.measures[name];
    const words = row.better === undefined ? evidence.quality : undefined;
    const better = row.better ?? words?.better ?? "higher";
    const margin = row.margin(rules) * (words?.isRelative === true ? Math.abs(champion.mean) : 1);
    const difference =
      paired === undefined ? differenceSequence(champion, challenger, plan) : meanSequence(paired, plan);
    return {
      name,
      verdict: guardrailVerdict(difference, { better, margin }),
      better,
      margin,
      champion: champion.mean,
      challenger: challenger.mean,
      difference,
    };
  });
}

/**
 * About how many more units of both arms together it takes until arms alike are shown to differ by no more than the margin;
 * undefined where too few were seen to say how much they vary.
 */
export function unitsMissing(
  evidence: TrafficEvidence,
  rules: TrafficRules,
  { name, margin, difference }: JudgedMeasure,
) {
  if (!Number.isFinite(difference.low)) return undefined;
  const { champion, challenger } = evidence.measures[name];
  const deviation = Math.sqrt(varianceOfMoments(joinMoments(champion, challenger)));
  return Math.max(0, unitsToShow(margin, { deviation, ...planOf(rules) }) - difference.units);
}

function planOf({ alpha, goal }: TrafficRules) {
  const whole = goal === "better" ? alpha / 2 : alpha;
  return { alpha: whole / MEASURE_NAMES.length, sides: 1 } as const;
}
