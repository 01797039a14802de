import type { TrafficChange, TrafficPolicy } from "@modelwright/registry";
import { moment } from "../wording/moment.ts";
import { plainText } from "../wording/plain-text.ts";
import { counted } from "../wording/quantities.ts";
import { table } from "../wording/table.ts";
import { isKnown } from "./grounds.ts";
import { type JudgedMeasure, unitsMissing } from "./judge.ts";
import { differenceText, marginText, measureTitle, valueText } from "./measure-text.ts";
import type { TrafficLook } from "./step-traffic.ts";

const UNITS: Readonly<Record<TrafficPolicy["unit"], string>> = { subject: "subject", client: "client" };

/** What a policy does, in a sentence. */
export function policyText({ model, kind, champion, challenger, percent, unit, state }: TrafficPolicy): string {
  const name = `${model}:${challenger}`;
  const ended = state === "running" ? "" : ` It is ${state}.`;
  const share = `${percent} % of ${UNITS[unit]}s`;
  if (kind === "shadow") return `${name} is asked unheard what ${share} ask version ${champion}.${ended}`;
  return `${state === "running" ? `${name} answers` : `${name} answered`} ${share}, version ${champion} the others (${kind}).${ended}`;
}

/** How a comparison stands: who answered how much, what each measure says, and what follows. */
export function lookLines(look: TrafficLook, width: number): string[] {
  const { change, evidence, judged, decision } = look;
  const { policy } = change;
  const { champion, challenger } = evidence;
  const seen = `compared: ${counted(champion.predictions, "prediction")} of ${counted(champion.units, "unit")} of version ${policy.champion}, ${counted(challenger.predictions, "prediction")} of ${counted(challenger.units, "unit")} of version ${policy.challenger}`;
  const rows = judged
    .filter(({ name, champion: value, verdict }) => isShown(look, name) || (verdict !== "inconclusive" && value > 0))
    .map((each) => row(each, look));
  const head = [
    "share or mean",
    `version ${policy.champion}`,
    `version ${policy.challenger}`,
    "difference",
    "margin",
    "verdict",
  ];
  return [
    policyText(policy),
    `since ${moment(policy.startedAt)}, until ${moment(policy.endsAt)} at the latest; ${seen}`,
    ...(rows.length === 0 ? [] : ["", ...table(head, rows, width)]),
    "",
    decision === undefined
      ? `${policy.state}: ${plainText(change.reason)}`
      : `${decision.verdict}: ${plainText(decision.reason)}`,
  ];
}

/** How a model's traffic came to be divided as it is, oldest first. */
export function historyLines(changes: readonly TrafficChange[], width: number): string[] {
  const rows = changes.map(({ at, by, policy, reason }) => [
    moment(at),
    `${policy.champion} → ${policy.challenger}`,
    policy.kind,
    policy.state === "running" ? `${policy.percent} %` : policy.state,
    plainText(by),
    plainText(reason),
  ]);
  return table(["changed", "versions", "kind", "to", "by", "reason"], rows, width);
}

function isShown({ evidence }: TrafficLook, name: JudgedMeasure["name"]): boolean {
  const { champion, challenger } = evidence.measures[name];
  return champion.count + challenger.count > 0;
}

function row(judged: JudgedMeasure, { evidence, change }: TrafficLook): string[] {
  const { name, champion, challenger, margin, verdict } = judged;
  const value = valueText(name, evidence);
  const { count: champions } = evidence.measures[name].champion;
  const { count: challengers } = evidence.measures[name].challenger;
  const missing = verdict === "inconclusive" ? unitsMissing(evidence, change.policy.rules, judged) : undefined;
  const more =
    missing === undefined || !Number.isFinite(missing) ? "" : `, about ${counted(Math.round(missing), "unit")} more`;
  return [
    measureTitle(name, evidence),
    champions === 0 ? "–" : value(champion),
    challengers === 0 ? "–" : value(challenger),
    isKnown(judged) ? differenceText(judged, evidence) : "too few yet",
    marginText(name, evidence, margin),
    `${verdict}${more}`,
  ];
}
