import { momentsOfShare, NO_MOMENTS } from "@modelwright/evaluation";
import type { TrafficPolicy, TrafficRules } from "@modelwright/registry";
import type { MeasureEvidence, TrafficEvidence } from "../evidence.ts";
import type { MeasureName } from "../measures.ts";
import { DEFAULT_RULES } from "../start-traffic.ts";

/** A policy that runs, of version 2 beside version 1. */
export function samplePolicy({
  rules,
  ...policy
}: Partial<Omit<TrafficPolicy, "rules">> & { readonly rules?: Partial<TrafficRules> } = {}): TrafficPolicy {
  return {
    id: "0123456789ab",
    model: "letters",
    kind: "split",
    champion: 1,
    challenger: 2,
    unit: "subject",
    percent: 50,
    ramp: [50],
    startedAt: "2026-11-01T00:00:00.000Z",
    endsAt: "2026-11-15T00:00:00.000Z",
    state: "running",
    ...policy,
    rules: { ...DEFAULT_RULES, ...rules },
  };
}

/** Of one measure: cases and how many of them were so, of champion and challenger. */
export type Counts = readonly [hits: number, cases: number, challengerHits: number, challengerCases: number];

/** Evidence of shares; what is left out is not known. */
export function sampleEvidence(
  counts: Partial<Record<MeasureName, Counts>>,
  seen?: { readonly champion: number; readonly challenger: number },
): TrafficEvidence {
  const [, champion = 0, , challenger = 0] = counts.failures ?? [];
  const arm = (predictions: number) => ({ predictions, units: predictions, sinceStep: predictions });
  const measure = (name: MeasureName): MeasureEvidence => {
    const found = counts[name];
    if (found === undefined) return { champion: NO_MOMENTS, challenger: NO_MOMENTS };
    return { champion: momentsOfShare(found[0], found[1]), challenger: momentsOfShare(found[2], found[3]) };
  };
  return {
    champion: arm(seen?.champion ?? champion),
    challenger: arm(seen?.challenger ?? challenger),
    measures: {
      failures: measure("failures"),
      slow: measure("slow"),
      quality: measure("quality"),
      complaints: measure("complaints"),
      estimated: measure("estimated"),
    },
    slowAboveMs: 42,
    quality: { name: "right answers", better: "higher", isRelative: false },
  };
}
