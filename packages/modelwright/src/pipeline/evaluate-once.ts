import type { Recipe, TaskName } from "@modelwright/contracts";
import { compareOutcomes, describeVerdict, intervals } from "@modelwright/evaluation";
import type { LoadedModel } from "@modelwright/inference";
import type { AnyTask, Evaluated, EvaluatedBaseline, PreparedData } from "../tasks/task.ts";
import type { RunEvent } from "./run-event.ts";

/** A model and its baselines on the test split. */
export interface Evaluation {
  readonly test: unknown;
  readonly model: Evaluated<unknown>;
  readonly baselines: readonly EvaluatedBaseline<unknown>[];
}

/**
 * Whether a baseline is better by the metric that decides: as the test rows show, or, where they are too few for an
 * interval (one document of a language model), as far as they go. Where that metric is not defined for both, the two cannot be compared:
 * the verdict says so, and nothing is lost.
 */
export function losesTo(
  { deciding, metrics }: Pick<AnyTask["family"], "deciding" | "metrics">,
  { comparisons }: Pick<EvaluatedBaseline<unknown>, "comparisons">,
): boolean {
  const comparison = comparisons.find(({ metric }) => metric === deciding);
  if (comparison === undefined) return false;
  const { better, difference } = comparison;
  if (better !== "undecided" || difference.low !== undefined) return better === "b";
  return metrics[deciding]!.better === "higher" ? difference.value < 0 : difference.value > 0;
}

/** The one look at the test split: the model as it will be served, and the baselines on the same rows. */
export async function evaluateOnce(
  task: AnyTask,
  recipe: Recipe,
  context: {
    readonly data: PreparedData<unknown>;
    readonly fitted: unknown;
    readonly model: LoadedModel<TaskName>;
    readonly onEvent: (event: RunEvent) => void;
  },
): Promise<Evaluation> {
  const { data, fitted, model, onEvent } = context;
  const { family } = task;
  const { seed } = recipe.train;
  const bootstrap = { resamples: recipe.evaluate.bootstrap, seed };
  const test = data.test.open();
  const outcome = await task.outcome(model, test, {
    seed,
    onProgress: (done, total) => onEvent({ type: "progress", stage: "evaluate", done, total }),
  });
  const measures = intervals(family, outcome, bootstrap);
  const details = { tables: task.tables(outcome), details: task.details(outcome) };
  onEvent({ type: "evaluated", name: recipe.name, measures, ...details });

  const baselines: EvaluatedBaseline<unknown>[] = [];
  const same: string[] = [];
  for (const name of recipe.evaluate.baselines) {
    const ofBaseline = await task.baseline(name, {
      recipe,
      learning: data.learning,
      test,
      fitted,
      model,
      outcome,
      onProgress: (progress) => onEvent({ type: "progress", ...progress }),
    });
    if (ofBaseline === undefined) {
      same.push(name);
      continue;
    }
    const baseline = {
      name,
      outcome: ofBaseline,
      measures: intervals(family, ofBaseline, bootstrap),
      comparisons: compareOutcomes(family, outcome, ofBaseline, bootstrap),
    };
    baselines.push(baseline);
    onEvent({ type: "evaluated", name, measures: baseline.measures });
  }
  const verdicts = baselines.map((baseline) => ({
    sentence: describeVerdict(family, recipe.name, baseline),
    loses: losesTo(family, baseline),
  }));
  // What is bad news comes first.
  for (const verdict of verdicts.sort((a, b) => Number(b.loses) - Number(a.loses))) {
    onEvent({ type: "verdict", ...verdict });
  }
  for (const name of same) {
    const sentence = `${recipe.name} is ${name} itself, chosen on the validation ${family.unit}s: it is not evaluated twice.`;
    onEvent({ type: "verdict", sentence, loses: false });
  }
  return { test, model: { name: recipe.name, outcome, measures }, baselines };
}
