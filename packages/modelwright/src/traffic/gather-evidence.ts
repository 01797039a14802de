import type { TaskName } from "@modelwright/contracts";
import type { PredictionRecord } from "@modelwright/registry";
import type { AnswerQuality } from "../tasks/answer-quality.ts";
import { type ComparedSource, itemId, readCompared } from "./compared.ts";
import type { ArmEvidence, MeasureEvidence, TrafficEvidence } from "./evidence.ts";
import { MEASURED } from "./measured-values.ts";
import { MEASURE_NAMES, type MeasureName } from "./measures.ts";
import { readFeedback } from "./read-feedback.ts";
import { UnitSums } from "./unit-sums.ts";

const ARMS = ["champion", "challenger"] as const;

export interface EvidenceSource extends ComparedSource {
  /** How an answer of the model's task is scored; undefined where none can be. */
  readonly quality: AnswerQuality<TaskName> | undefined;
}

/** Reads what both arms of a policy answered side by side, and what became known of it, from the beginning. */
export async function gatherEvidence(source: EvidenceSource): Promise<TrafficEvidence> {
  const { registry, changes, quality } = source;
  const { policy } = changes.at(-1)!;
  const isShadow = policy.kind === "shadow";
  const { byPrediction, hasOpinions } = await readFeedback(registry, policy);
  const slowAboveMs = isShadow ? undefined : await findSlowLimit(source);
  const sums = { champion: new ArmSums(), challenger: new ArmSums() };
  const paired = newSums();
  // What somebody says of an answer that was heard says nothing of one that was not.
  const context = { hasOpinions: hasOpinions && !isShadow, quality, slowAboveMs };
  const valuesOf = (record: PredictionRecord) => {
    const prediction = { ...context, record, known: byPrediction.get(itemId(record.id)) };
    return MEASURE_NAMES.map((name) => MEASURED[name](prediction));
  };
  for await (const { unit, isOfStep, ...records } of readCompared(source)) {
    const values = ARMS.map((arm) => (records[arm] === undefined ? undefined : valuesOf(records[arm])));
    for (const [i, arm] of ARMS.entries()) if (values[i] !== undefined) sums[arm].add(unit, values[i], isOfStep);
    const [champion, challenger] = values;
    if (champion === undefined || challenger === undefined) continue;
    for (const [i, name] of MEASURE_NAMES.entries()) {
      const [one, other] = [champion[i], challenger[i]];
      if (one !== undefined && other !== undefined) paired[name].add(unit, other - one);
    }
  }
  const measureOf = (name: MeasureName): MeasureEvidence => ({
    champion: sums.champion.sums[name].moments(),
    challenger: sums.challenger.sums[name].moments(),
    ...(isShadow && { paired: paired[name].moments() }),
  });
  return {
    champion: sums.champion.seen,
    challenger: sums.challenger.seen,
    measures: byMeasure(measureOf),
    ...(slowAboveMs !== undefined && { slowAboveMs }),
    ...(quality !== undefined && {
      quality: { name: quality.name, better: quality.better, isRelative: quality.isRelative === true },
    }),
  };
}

/** Sums of one arm. */
class ArmSums {
  readonly sums = newSums();
  readonly #all = new UnitSums();
  #predictions = 0;
  #sinceStep = 0;

  add(unit: string, values: readonly (number | undefined)[], isOfStep: boolean): void {
    this.#all.add(unit, 1);
    this.#predictions++;
    if (isOfStep) this.#sinceStep++;
    for (const [i, name] of MEASURE_NAMES.entries()) {
      const value = values[i];
      if (value !== undefined) this.sums[name].add(unit, value);
    }
  }

  get seen(): ArmEvidence {
    return { predictions: this.#predictions, units: this.#all.units, sinceStep: this.#sinceStep };
  }
}

/**
 * From when on an answer is slow: the champion's 95th percentile times the ratio that a challenger may have. It is taken
 * from the first answers that are compared, so that it is the same at every look.
 */
async function findSlowLimit(source: EvidenceSource): Promise<number | undefined> {
  const { leastRequests, latencyRatio } = source.changes[0]!.policy.rules;
  const latencies: number[] = [];
  for await (const { champion } of readCompared(source)) {
    if (champion === undefined || champion.error !== undefined) continue;
    latencies.push(champion.latencyMs);
    if (latencies.length === leastRequests) {
      return latencyRatio * latencies.toSorted((a, b) => a - b)[Math.ceil(0.95 * leastRequests) - 1]!;
    }
  }
  return undefined;
}

function newSums(): Readonly<Record<MeasureName, UnitSums>> {
  return byMeasure(() => new UnitSums());
}

function byMeasure<Value>(make: (name: MeasureName) => Value): Readonly<Record<MeasureName, Value>> {
  return Object.fromEntries(MEASURE_NAMES.map((name) => [name, make(name)])) as Record<MeasureName, Value>;
}
