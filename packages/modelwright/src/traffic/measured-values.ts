import type { AnswerOf, TaskName } from "@modelwright/contracts";
import type { PredictionRecord } from "@modelwright/registry";
import type { AnswerQuality } from "../tasks/answer-quality.ts";
import type { MeasureName } from "./measures.ts";
import type { KnownOfPrediction } from "./read-feedback.ts";

/** One prediction, with what its measures need. */
export interface MeasuredPrediction {
  readonly record: PredictionRecord;
  readonly known: KnownOfPrediction | undefined;
  /** Whether anybody says whether they are content with what they got. */
  readonly hasOpinions: boolean;
  readonly quality: AnswerQuality<TaskName> | undefined;
  readonly slowAboveMs: number | undefined;
}

/** The number of one prediction by each measure; undefined where the measure says nothing of it. */
export const MEASURED: Readonly<Record<MeasureName, (prediction: MeasuredPrediction) => number | undefined>> = {
  failures: ({ record }) => (record.error === undefined ? 0 : 1),
  slow: ({ record, slowAboveMs }) =>
    record.error !== undefined || slowAboveMs === undefined ? undefined : Number(record.latencyMs > slowAboveMs),
  quality: ({ record, known, quality }) =>
    quality === undefined || record.answer === undefined || known?.truth === undefined
      ? undefined
      : finite(quality.score(record.answer as AnswerOf<TaskName>, known.truth)),
  complaints: ({ record, known, hasOpinions }) =>
    hasOpinions && record.error === undefined ? Number(known?.isComplaint === true) : undefined,
  estimated: ({ record, quality }) =>
    record.answer === undefined ? undefined : quality?.chance?.(record.answer as AnswerOf<TaskName>),
};

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
