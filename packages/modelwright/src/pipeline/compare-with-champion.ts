import type { Recipe, TaskName } from "@modelwright/contracts";
import { type BaselineResult, compareOutcomes, intervals } from "@modelwright/evaluation";
import { loadVersionOf } from "@modelwright/inference";
import type { AnyTask, VersionParts } from "../tasks/task.ts";
import type { Evaluation } from "./evaluate-once.ts";
import type { LocalVersion } from "./local-version.ts";
import { type ChampionComparison, decidingMetric } from "./promotion.ts";

/** The champion beside a new version. */
export interface BesideChampion {
  readonly comparison: ChampionComparison;
  /** The champion on the new version's test rows, for the report; absent when the two cannot be compared. */
  readonly result?: BaselineResult;
}

/** Evaluates the champion on the new test rows, unless it answers another question. */
export async function compareWithChampion(
  task: AnyTask,
  recipe: Recipe,
  context: {
    readonly candidate: VersionParts<TaskName>;
    readonly evaluation: Evaluation;
    readonly champion: LocalVersion;
  },
): Promise<BesideChampion> {
  const { candidate, evaluation, champion } = context;
  const { version, manifest, directory } = champion;
  const incomparable =
    manifest.task === recipe.task ? task.incomparable(candidate, manifest) : "the task differs from that of";
  if (incomparable !== undefined) return { comparison: { version, incomparable } };
  const model = await loadVersionOf(manifest.task, directory);
  try {
    const { seed } = recipe.train;
    const outcome = await task.outcome(model, evaluation.test, { seed });
    const bootstrap = { resamples: recipe.evaluate.bootstrap, seed };
    const comparisons = compareOutcomes(task.family, evaluation.model.outcome, outcome, bootstrap);
    const difference = comparisons.find(({ metric }) => metric === task.family.deciding)?.difference;
    return {
      comparison: { version, metric: decidingMetric(task.family), difference },
      result: {
        name: `${manifest.name} v${version}`,
        measures: intervals(task.family, outcome, bootstrap),
        comparisons,
      },
    };
  } finally {
    model.release();
  }
}
