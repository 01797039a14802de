import { FEWEST_UNITS, sampleRatio } from "@modelwright/evaluation";
import type { TrafficPolicy, TrafficState } from "@modelwright/registry";
import type { TrafficEvidence } from "./evidence.ts";
import { type Grounds, groundsOf, isKnown } from "./grounds.ts";
import { type JudgedMeasure, judge } from "./judge.ts";
import { measureText, ratioText } from "./measure-text.ts";

/** What to do with a policy now, and why. */
export interface Decision {
  readonly verdict: "hold" | "step" | Exclude<TrafficState, "running">;
  /** With `step`: the next share of the challenger. */
  readonly percent?: number;
  readonly reason: string;
}

export interface Circumstances {
  /** Where the alias `champion` points now; undefined: nowhere. */
  readonly champion: number | undefined;
  /** ISO 8601, UTC. */
  readonly now: string;
}

/** Everything that a decision looks at. */
interface Look extends Circumstances {
  readonly policy: TrafficPolicy;
  readonly evidence: TrafficEvidence;
  readonly judged: readonly JudgedMeasure[];
  readonly grounds: Grounds;
}

/** In this order: the first that has something to say decides. */
const RULES: readonly ((look: Look) => Decision | undefined)[] = [
  ifChampionMoved,
  ifUneven,
  ifWorse,
  ifTooFew,
  ifStepIsLeft,
  ifShown,
  ifLate,
];

/**
 * Decides about a policy that runs, by what was seen so far. It may be asked as often as one likes: its intervals hold at
 * all looks together.
 */
export function decide(policy: TrafficPolicy, evidence: TrafficEvidence, circumstances: Circumstances): Decision {
  const judged = judge(evidence, policy.rules);
  const look = { policy, evidence, judged, grounds: groundsOf(policy, judged), ...circumstances };
  for (const rule of RULES) {
    const decision = rule(look);
    if (decision !== undefined) return decision;
  }
  return { verdict: "hold", reason: openText(look) };
}

/** Who compares with a version that does not answer any more compares with nothing. */
function ifChampionMoved({ policy, champion }: Look): Decision | undefined {
  if (champion === policy.champion) return undefined;
  const now = champion === undefined ? "no version" : `version ${champion}`;
  return { verdict: "stopped", reason: `the champion is ${now} by now; version ${policy.champion} was compared with` };
}

/** Of a shadow both arms are the same requests. */
function ifUneven({ policy: { kind, percent }, evidence: { champion, challenger } }: Look): Decision | undefined {
  const counts = [champion.units, challenger.units];
  if (kind === "shadow" || Math.max(...counts) < FEWEST_UNITS) return undefined;
  const { verdict, chance, expected } = sampleRatio(counts, kind === "split" ? [100 - percent, percent] : [1, 1]);
  return verdict === "as meant" ? undefined : { verdict: "rolled-back", reason: ratioText(counts, expected, chance) };
}

/** What probabilities say counts for nothing once it is known what was right. */
function ifWorse({ evidence, judged }: Look): Decision | undefined {
  const isOutdone = ({ name }: JudgedMeasure) =>
    name === "estimated" && judged.some((each) => each.name === "quality" && isKnown(each));
  const worse = judged.filter((each) => each.verdict === "worse" && !isOutdone(each));
  if (worse.length === 0) return undefined;
  return { verdict: "rolled-back", reason: `worse: ${worse.map((each) => measureText(each, evidence)).join("; ")}` };
}

function ifTooFew({ policy, evidence: { champion, challenger }, now }: Look): Decision | undefined {
  const { leastRequests } = policy.rules;
  const few = Math.min(champion.sinceStep, challenger.sinceStep);
  if (few >= leastRequests || now >= policy.endsAt) return undefined;
  const step = policy.kind === "canary" ? ` at ${policy.percent} %` : "";
  return { verdict: "hold", reason: `${few} of the ${leastRequests} predictions that each arm is to have${step}` };
}

/** A canary goes on while nothing is shown against it; what is for it, its last step before 100 has to show. */
function ifStepIsLeft({ policy: { kind, percent, ramp, endsAt }, now }: Look): Decision | undefined {
  const next = ramp.find((each) => each > percent);
  if (kind !== "canary" || next === undefined || next === 100 || now >= endsAt) return undefined;
  return { verdict: "step", percent: next, reason: `nothing is shown against it at ${percent} %` };
}

function ifShown({ policy, evidence, grounds: { shown, open } }: Look): Decision | undefined {
  if (open.length > 0) return undefined;
  const text = `${policy.rules.goal}: ${shown.map((each) => measureText(each, evidence)).join("; ")}`;
  if (policy.kind !== "shadow") return { verdict: "promoted", reason: text };
  return { verdict: "stopped", reason: `as a shadow ${text}; a canary can follow` };
}

function ifLate(look: Look): Decision | undefined {
  if (look.now < look.policy.endsAt) return undefined;
  return { verdict: "inconclusive", reason: `until ${look.policy.endsAt} ${openText(look)}` };
}

function openText({ policy, evidence, grounds: { open } }: Look): string {
  const parts = open.map((each) => (typeof each === "string" ? each : measureText(each, evidence)));
  return `not shown to be ${policy.rules.goal}: ${parts.join("; ")}`;
}
