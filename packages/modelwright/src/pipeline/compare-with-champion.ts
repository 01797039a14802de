import type { Recipe, TaskName } from "@modelwright/contracts";
import { compareOutcomes } from "@modelwright/evaluation";
import { loadVersionOf } from "@modelwright/inference";
import type { AnyTask, VersionParts } from "../tasks/task.ts";
import type { Evaluation } from "./evaluate-once.ts";
import type { LocalVersion } from "./local-version.ts";
import { type ChampionComparison, decidingMetric } from "./promotion.ts";

/** Evaluates the champion on the new test rows, unless it answers another question. */
export async function compareWithChampion(
  task: AnyTask,
  recipe: Recipe,
  context: {
    readonly candidate: VersionParts<TaskName>;
    readonly evaluation: Evaluation;
    readonly champion: LocalVersion;
  },
): Promise<ChampionComparison> {
  const { candidate, evaluation, champion } = context;
  const { version, manifest, directory } = champion;
  const incomparable =
    manifest.task === recipe.task ? task.incomparable(candidate, manifest) : "the task differs from that of";
  if (incomparable !== undefined) return { version, incomparable };
  const model = await loadVersionOf(manifest.task, directory);
  try {
    const { seed } = recipe.train;
    const outcome = await task.outcome(model, evaluation.test, { seed });
    const bootstrap = { resamples: recipe.evaluate.bootstrap, seed };
    const comparisons = compareOutcomes(task.family, evaluation.model.outcome, outcome, bootstrap);
    const { difference } = comparisons.find(({ metric }) => metric === task.family.deciding)!;
    return { version, metric: decidingMetric(task.family), difference };
  } finally {
    model.release();
  }
}
