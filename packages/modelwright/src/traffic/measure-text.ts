import { duration, percent } from "../wording/quantities.ts";
import { showNumber } from "../wording/show-number.ts";
import type { TrafficEvidence } from "./evidence.ts";
import { isKnown } from "./grounds.ts";
import type { JudgedMeasure } from "./judge.ts";
import { type MeasureName, measureRow } from "./measures.ts";

/** `slower than 42 ms`, `right answers`. */
export function measureTitle(name: MeasureName, { slowAboveMs, quality }: TrafficEvidence): string {
  if (name === "slow") return slowAboveMs === undefined ? "slow" : `slower than ${milliseconds(slowAboveMs)}`;
  return name === "quality" ? (quality?.name ?? "quality") : measureRow(name).title;
}

/** `failed 4.1 %, the champion 0.2 %: more by 1.1 to 5.2 points (margin 1)`. */
export function measureText(judged: JudgedMeasure, evidence: TrafficEvidence): string {
  const { name, champion, challenger, margin } = judged;
  const title = measureTitle(name, evidence);
  if (!isKnown(judged)) return `${title}: too few yet`;
  const value = valueText(name, evidence);
  return `${title} ${value(challenger)}, the champion ${value(champion)}: ${differenceText(judged, evidence)} (margin ${marginText(name, evidence, margin)})`;
}

/** What the challenger has more, as a range. */
export function differenceText(judged: JudgedMeasure, evidence: TrafficEvidence): string {
  if (!isKnown(judged)) return "unknown yet";
  const { low, high } = judged.difference;
  if (isShare(judged.name, evidence)) return `${signed(low * 100, 2)} to ${signed(high * 100, 2)} points`;
  return `${signedNumber(low)} to ${signedNumber(high)}`;
}

/** How means of a measure are written. */
export function valueText(name: MeasureName, evidence: TrafficEvidence): (value: number) => string {
  return isShare(name, evidence) ? percent : showNumber;
}

export function marginText(name: MeasureName, evidence: TrafficEvidence, margin: number): string {
  if (!isShare(name, evidence)) return showNumber(margin);
  const points = Number((margin * 100).toFixed(2));
  return `${points} ${points === 1 ? "point" : "points"}`;
}

/** Why a comparison cannot be trusted. */
export function ratioText(counts: readonly number[], expected: readonly number[], chance: number): string {
  const [champion, challenger] = counts;
  const [, wanted] = expected;
  return (
    `the split is not as it was meant: ${challenger} of ${champion! + challenger!} that were compared are the challenger's, ` +
    `and should be about ${Math.round(wanted!)} (chance ${chance.toExponential(0)}); what is lost on one side cannot be compared`
  );
}

function isShare(name: MeasureName, { quality }: TrafficEvidence): boolean {
  return name !== "quality" || quality?.isRelative !== true;
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
}

function signedNumber(value: number): string {
  return `${value < 0 ? "−" : "+"}${showNumber(Math.abs(value))}`;
}

function milliseconds(ms: number): string {
  return ms < 9950 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : duration(ms / 1000);
}
