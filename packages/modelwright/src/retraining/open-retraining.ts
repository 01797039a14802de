import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ModelManifest, ModelwrightError, type Recipe, type TaskName } from "@modelwright/contracts";
import { type Continuation, RowDigests } from "@modelwright/data";
import type { FeedbackPart, Registry, RunRecord, UsedFeedback } from "@modelwright/registry";
import { heldOutRows } from "../pipeline/held-out-rows.ts";
import { type LocalVersion, localVersion } from "../pipeline/local-version.ts";
import type { AnyTask, EvaluationRows, Labelled } from "../tasks/task.ts";
import { acceptedFeedback, type FeedbackUse, type LabelledItem } from "./accepted-feedback.ts";
import { type DividedFeedback, divideFeedback } from "./divide-feedback.ts";
import type { RetrainingRequest } from "./retraining-request.ts";

/** Where a run works on rows that came back, in its work folder; removed at its end. */
export const FEEDBACK_FOLDER = "feedback";

/** A run that trains a version anew: what it goes on from. */
export interface Retraining {
  readonly champion: LocalVersion;
  readonly continues: Continuation;
  /** The newest labelled traffic, which nothing is learnt from; absent where there is too little. */
  readonly window?: EvaluationRows<unknown>;
  readonly feedback: FeedbackUse;
}

/**
 * Settles what a run learns from beside the data, or, where it goes on, finds that again: the run keeps ids alone, so that
 * what is erased meanwhile is not learnt from.
 *
 * @throws {ModelwrightError} `RETRAIN_TASK_UNSUPPORTED`, `RETRAIN_HELD_OUT_UNKNOWN`; `RETRAIN_FEEDBACK_GONE` where a run goes on
 *   and some of its feedback is there no more.
 */
export async function openRetraining(
  task: AnyTask,
  recipe: Recipe,
  {
    registry,
    run,
    request,
  }: { readonly registry: Registry; readonly run: RunRecord; readonly request: RetrainingRequest },
): Promise<Retraining> {
  const champion = await localVersion(registry, await registry.resolve(request.of));
  const version = `${champion.name}:${champion.version}`;
  const heldOut = await heldOutRows(champion.directory);
  if (heldOut === undefined) throw new ModelwrightError("RETRAIN_HELD_OUT_UNKNOWN", { version });
  const noted = new Map((await registry.stores.lineage.of(run.id)).map(({ feedback, part }) => [feedback, part]));
  const goesOn = noted.size > 0;
  const accepted = await acceptedFeedback(
    registry.stores.feedback,
    champion.name,
    goesOn ? new Set(noted.keys()) : undefined,
  );
  if (accepted.items.length > 0 && task.labelled === undefined) {
    throw new ModelwrightError("RETRAIN_TASK_UNSUPPORTED", { version, task: recipe.task });
  }
  const divided = goesOn ? foundAgain(run, noted, accepted.items) : divideFeedback(accepted.items, request.window);
  if (!goesOn) await registry.stores.lineage.note(run.id, usedOf(divided));
  const before = new Set((await registry.stores.lineage.of(champion.runId)).map(({ feedback }) => feedback));
  const folder = join(await registry.workFolder(run.id), FEEDBACK_FOLDER);
  const file = async (part: keyof DividedFeedback) => {
    const path = join(folder, `${part}.jsonl`);
    await mkdir(folder, { recursive: true });
    await writeFile(
      path,
      divided[part].map((each) => `${JSON.stringify(rowOf(task.labelled!, each, recipe))}\n`).join(""),
    );
    return path;
  };
  const columns = task.labelled?.columns(recipe) ?? {};
  const { manifest } = champion;
  const window =
    divided.window.length === 0
      ? undefined
      : await task.evaluationRows(manifest, {
          source: await file("window"),
          columns: columns as Record<string, string>,
          trained: { columns: {} },
        });
  const texts = window === undefined ? [] : (task.askedTexts?.(window.split, manifest) ?? task.texts(window.split));
  const { items: _, ...counts } = accepted;
  return {
    champion,
    continues: {
      heldOut,
      version,
      kept: RowDigests.of(texts),
      ...(task.askedTexts === undefined ? {} : { reads: columnsOf(manifest) }),
      ...(divided.training.length === 0
        ? {}
        : { fed: { file: await file("training"), columns, times: request.weight } }),
    },
    ...(window === undefined ? {} : { window }),
    feedback: {
      ...counts,
      learnt: divided.training.length,
      kept: divided.window.length,
      isNew: [...divided.training, ...divided.window].some(({ feedback }) => !before.has(feedback)),
    },
  };
}

/** The columns that a version of a table reads. */
function columnsOf({ preprocessing }: ModelManifest): Continuation["reads"] {
  return (preprocessing as { readonly columns?: Continuation["reads"] }).columns;
}

function rowOf(labelled: Labelled<TaskName>, { item, truth }: LabelledItem, recipe: Recipe) {
  return labelled.row(item as never, truth, recipe as never);
}

function usedOf({ training, window }: DividedFeedback): UsedFeedback[] {
  const used = (items: readonly LabelledItem[], part: UsedFeedback["part"]) =>
    items.map(({ feedback, prediction }) => ({ feedback, prediction, part }));
  return [...used(training, "training"), ...used(window, "window")];
}

/** The feedback that a run had settled before it was stopped. */
function foundAgain(
  { id }: RunRecord,
  parts: ReadonlyMap<string, FeedbackPart>,
  found: readonly LabelledItem[],
): DividedFeedback {
  const gone = parts.size - found.length;
  if (gone > 0) throw new ModelwrightError("RETRAIN_FEEDBACK_GONE", { run: id, gone, of: parts.size });
  return {
    training: found.filter(({ feedback }) => parts.get(feedback) === "training"),
    window: found.filter(({ feedback }) => parts.get(feedback) === "window"),
  };
}
