import type { Measure, Recipe, TaskName } from "@modelwright/contracts";
import { compareOutcomes, intervals } from "@modelwright/evaluation";
import { type LoadedModel, loadVersionOf } from "@modelwright/inference";
import type { LocalVersion } from "../pipeline/local-version.ts";
import { type ChampionComparison, decidingMetric } from "../pipeline/promotion.ts";
import type { AnyTask, EvaluationRows } from "../tasks/task.ts";

/** Two versions on the newest labelled traffic. */
export interface WindowComparison {
  readonly rows: number;
  /** The new version's, and the champion's. */
  readonly measures: Readonly<Record<string, Measure>>;
  readonly championMeasures: Readonly<Record<string, Measure>>;
  readonly comparison: Exclude<ChampionComparison, { readonly incomparable: string }>;
}

/** Evaluates a new version and the champion on the newest labelled traffic, which neither has learnt from. */
export async function compareOnWindow(
  task: AnyTask,
  recipe: Recipe,
  parts: {
    readonly model: LoadedModel<TaskName>;
    readonly champion: LocalVersion;
    readonly window: EvaluationRows<unknown>;
  },
): Promise<WindowComparison> {
  const { model, champion, window } = parts;
  const { seed } = recipe.train;
  const bootstrap = { resamples: recipe.evaluate.bootstrap, seed };
  const outcome = await task.outcome(model, window.split, { seed });
  const before = await loadVersionOf(champion.manifest.task, champion.directory);
  try {
    const former = await task.outcome(before, window.split, { seed });
    const comparisons = compareOutcomes(task.family, outcome, former, bootstrap);
    const difference = comparisons.find(({ metric }) => metric === task.family.deciding)?.difference;
    return {
      rows: task.size(window.split),
      measures: intervals(task.family, outcome, bootstrap),
      championMeasures: intervals(task.family, former, bootstrap),
      comparison: { version: champion.version, metric: decidingMetric(task.family), difference },
    };
  } finally {
    before.release();
  }
}
