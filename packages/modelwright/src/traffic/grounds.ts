import type { TrafficPolicy } from "@modelwright/registry";
import type { JudgedMeasure } from "./judge.ts";
import { measureRow } from "./measures.ts";

/** What a promotion stands on, and what it still lacks. */
export interface Grounds {
  /** Measures that show what they are to show. */
  readonly shown: readonly JudgedMeasure[];
  /** Measures that do not, or what there is none of. */
  readonly open: readonly (JudgedMeasure | string)[];
}

/** Of failures and times a challenger is to be no worse; of quality what the goal says, by the surest measure that is known. */
export function groundsOf(policy: TrafficPolicy, judged: readonly JudgedMeasure[]): Grounds {
  const quality = policy.rules.goal === "better" ? improvement(judged) : keptQuality(policy, judged);
  const all = [...judged.filter((each) => isRunning(policy, each)), ...quality];
  const isShown = (each: JudgedMeasure | string): each is JudgedMeasure =>
    typeof each !== "string" &&
    (each.verdict === "better" ||
      (each.verdict === "no worse" && !(policy.rules.goal === "better" && measureRow(each.name).quality > 0)));
  return { shown: all.filter(isShown), open: all.filter((each) => !isShown(each)) };
}

/** Whether enough was seen of a measure to say anything. */
export function isKnown({ difference }: JudgedMeasure): boolean {
  return Number.isFinite(difference.low);
}

/** How it runs, whatever it says. Nobody waits for a shadow, which answers when there is time. */
function isRunning({ kind }: TrafficPolicy, { name }: JudgedMeasure): boolean {
  return measureRow(name).quality === 0 && !(kind === "shadow" && name === "slow");
}

function improvement(judged: readonly JudgedMeasure[]): readonly (JudgedMeasure | string)[] {
  const deciding = judged.filter((each) => measureRow(each.name).decides && isKnown(each));
  const better = deciding.filter(({ verdict }) => verdict === "better");
  if (better.length > 0) return better;
  return deciding.length > 0 ? deciding : ["of what was right too little is known: feedback decides"];
}

function keptQuality({ rules }: TrafficPolicy, judged: readonly JudgedMeasure[]): readonly (JudgedMeasure | string)[] {
  const [surest] = judged
    .filter((each) => measureRow(each.name).quality > 0 && isKnown(each))
    .toSorted((a, b) => measureRow(a.name).quality - measureRow(b.name).quality);
  if (surest !== undefined) return [surest];
  return rules.needsQuality ? ["of its quality too little is known: no feedback, and no probabilities"] : [];
}
