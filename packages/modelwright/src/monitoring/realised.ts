import { type ManifestOf, type TaskName, truthSchema } from "@modelwright/contracts";
import { intervals, shareInterval } from "@modelwright/evaluation";
import type { FeedbackStore, PredictionRecord, Registry } from "@modelwright/registry";
import type { Served } from "../tasks/monitoring/monitoring.ts";
import type { AnyTask } from "../tasks/task.ts";
import { counted } from "../wording/quantities.ts";
import type { MonitorReport, RealisedQuality, Unrealised } from "./report.ts";

/** Fewer labels give no interval to trust. */
const LEAST_TRUTHS = 30;
const BOOTSTRAP = { resamples: 500, seed: 0 };

export interface Period {
  readonly from: string;
  readonly to: string;
}

/** What came in a period about predictions of a version, whenever they were made: what is right may be known months later. */
export async function realisedQuality(
  registry: Registry,
  task: AnyTask,
  { manifest, period }: { readonly manifest: ManifestOf<TaskName>; readonly period: Period },
): Promise<RealisedQuality | Unrealised> {
  if (truthSchema(manifest) === undefined || task.served === undefined)
    return { because: "a right answer says nothing that the task's metrics measure" };
  const newest = new Map<
    string,
    { readonly value: unknown; readonly delayMs: number; readonly record: PredictionRecord }
  >();
  let unanswered = 0;
  for await (const { feedback, prediction } of feedbackOf(registry, {
    manifest,
    period,
    kinds: ["truth", "correction"],
  })) {
    if (prediction.answer === undefined) {
      unanswered++;
      continue;
    }
    const delayMs = Math.max(0, Date.parse(feedback.at) - Date.parse(prediction.at));
    newest.set(prediction.id, { value: feedback.value, delayMs, record: prediction });
  }
  const labelled = [...newest.values()];
  if (labelled.length < LEAST_TRUTHS) {
    const came = labelled.length === 0 ? "no label" : counted(labelled.length, "label");
    return { because: `${came} came, ${LEAST_TRUTHS} are wanted`, labels: labelled.length };
  }
  const predictions = labelled.map(({ record: { item, answer } }) => ({ item, answer }) as Served<TaskName>);
  const outcome = task.served(
    predictions,
    labelled.map(({ value }) => value),
    manifest,
  );
  const delays = labelled.map(({ delayMs }) => delayMs).sort((a, b) => a - b);
  return {
    rows: labelled.length,
    ofPeriod: labelled.filter(({ record: { at } }) => at >= period.from && at < period.to).length,
    unanswered,
    medianDelayMs: delays[delays.length >> 1]!,
    measures: intervals(task.family, outcome, BOOTSTRAP),
  };
}

/** Thumbs that came in a period; of several on one prediction by one person the last counts. */
export async function thumbsOf(
  registry: Registry,
  about: { readonly manifest: ManifestOf<TaskName>; readonly period: Period },
): Promise<MonitorReport["thumbs"]> {
  const last = new Map<string, boolean>();
  for await (const { feedback } of feedbackOf(registry, { ...about, kinds: ["thumb"] })) {
    last.set(`${feedback.prediction}\0${feedback.by ?? ""}`, feedback.value === "up");
  }
  if (last.size === 0) return undefined;
  const up = [...last.values()].filter(Boolean).length;
  return { up, down: last.size - up, share: shareInterval(up, last.size) };
}

async function* feedbackOf(
  registry: Registry,
  {
    manifest: { name, version },
    period,
    kinds,
  }: {
    readonly manifest: ManifestOf<TaskName>;
    readonly period: Period;
    readonly kinds: NonNullable<Parameters<FeedbackStore["scan"]>[0]["kinds"]>;
  },
) {
  const filter = { model: name, version, ...period, kinds, states: ["new", "accepted"] as const };
  for await (const page of registry.stores.feedback.scan(filter)) yield* page;
}
