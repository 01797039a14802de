import type { Recipe, TaskName } from "@modelwright/contracts";
import { type LoadOptions, loadVersionOf } from "@modelwright/inference";
import type { AnyTask, VersionParts } from "../tasks/task.ts";
import type { RunEvent } from "./run-event.ts";
import { stageVersion } from "./stage-version.ts";

/**
 * Stages a fitted version. What a task adjusts by the validation rows, its probabilities and from which on it answers, is
 * adjusted by what the staged version says of them, so that it holds for the graph that is served, whatever was fitted.
 *
 * @returns The version as it is staged now.
 */
export async function calibrateVersion(
  task: AnyTask,
  recipe: Recipe,
  context: {
    readonly fitted: VersionParts<TaskName>;
    /** What is known of the validation rows without asking the version, which learnt from them. */
    readonly validated?: unknown;
    readonly directory: string;
    readonly validation: unknown;
    /** How the staged version is loaded, by its manifest. */
    readonly load: (version: VersionParts<TaskName>) => LoadOptions;
    readonly onEvent: (event: RunEvent) => void;
  },
): Promise<VersionParts<TaskName>> {
  const { fitted, directory, validation, load, onEvent } = context;
  await stageVersion(directory, fitted.files, recipe);
  if (task.calibrate === undefined) return fitted;
  if (task.size(validation) === 0) {
    onEvent({ type: "calibrated", lines: [["calibrated", "no: no rows are set aside to validate"]], warnings: [] });
    return fitted;
  }
  const outcome = context.validated ?? (await outcomeOf());
  const { version, lines, warnings } = task.calibrate(fitted, outcome, recipe);
  onEvent({ type: "calibrated", lines, warnings });
  await stageVersion(directory, version.files, recipe);
  return version;

  async function outcomeOf(): Promise<unknown> {
    const model = await loadVersionOf(recipe.task, directory, load(fitted));
    const { seed } = recipe.train;
    const onProgress = (done: number, total: number) => onEvent({ type: "progress", stage: "calibrate", done, total });
    return task.outcome(model, validation, { seed, onProgress }).finally(() => model.release());
  }
}
