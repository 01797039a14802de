import type { CandidatesManifest, TableModelKind } from "@modelwright/contracts";
import type { FitContext } from "../task.ts";
import { blendWeights } from "./blend.ts";
import { columnImportance, type ImportantColumn } from "./column-importance.ts";
import type { LearntTable, TableProblem } from "./learner.ts";
import { LEARNERS } from "./learners.ts";
import { partsInWords } from "./parts-in-words.ts";
import { predictParts } from "./predict-parts.ts";
import { tableLoss } from "./table-loss.ts";
import type { TablePart } from "./table-part.ts";

/** What fitting a table leaves. */
export interface FittedTable {
  readonly parts: readonly [TablePart, ...TablePart[]];
  /** What the models were chosen from; absent where the recipe names one. */
  readonly candidates?: CandidatesManifest;
  /** The linear model, where it was fitted: the baseline need not be trained again. */
  readonly linear?: LearntTable | undefined;
  /** How much worse validation rows are predicted when a column is shuffled, the most telling column first. */
  readonly importance: readonly ImportantColumn[];
  /** The loss after each round of the model that learns in rounds, on the rows that stop it. Empty: none was fitted. */
  readonly rounds: readonly number[];
}

/** Fits the model that the recipe names, or all, and blends those whose mean predicts the validation rows best. */
export async function fitTable(problem: TableProblem, context: FitContext): Promise<FittedTable | undefined> {
  const { kind } = problem.recipe.model;
  const names = kind === "auto" ? (Object.keys(LEARNERS) as TableModelKind[]) : [kind];
  const fitted: { kind: TableModelKind; model: LearntTable; seconds: number; predicted: Float64Array; loss: number }[] =
    [];
  const loss = tableLoss(problem.validation.targets);
  const { metric } = loss;
  const tell = context.onCandidates ?? (() => {});
  for (const name of names) {
    if (context.shouldStop()) return undefined;
    const { title } = LEARNERS[name];
    tell({ type: "candidate-started", name, title });
    const start = performance.now();
    const model = await LEARNERS[name].fit(problem, {
      onProgress: (share) => context.onProgress({ stage: "learn", done: Math.round(share * 100), total: 100 }),
      shouldStop: context.shouldStop,
    });
    if (model === undefined) return undefined;
    context.onModel({ base: name, parameters: model.parameters, trained: model.parameters });
    const seconds = (performance.now() - start) / 1000;
    const predicted = model.predict(problem.validation.frame);
    const reached = loss.overall(loss.ofRows(predicted));
    tell({ type: "candidate", name, metric, value: reached, seconds });
    fitted.push({ kind: name, model, seconds, predicted, loss: reached });
  }
  const weights = blendWeights(
    fitted.map(({ predicted }) => predicted),
    loss,
  );
  const parts = fitted
    .map(({ kind: of, model }, i) => ({ kind: of, model, weight: weights[i]! }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight) as [TablePart, ...TablePart[]];
  if (fitted.length > 1) {
    const value = loss.overall(loss.ofRows(predictParts(parts, problem.validation.frame)));
    const [best, second] = fitted.toSorted((a, b) => a.loss - b.loss);
    const beside = parts.length > 1 ? best! : second!;
    tell({
      type: "chosen",
      name: partsInWords(parts),
      metric,
      value,
      ahead: { of: beside.kind, by: beside.loss - value },
    });
  }
  return {
    parts,
    ...(kind === "auto" ? { candidates: candidatesOf(fitted, { kept: parts[0].kind, metric }) } : {}),
    linear: fitted.find(({ kind: of }) => of === "linear")?.model,
    importance: columnImportance(parts, problem),
    rounds: fitted.find(({ model }) => model.rounds !== undefined)?.model.rounds ?? [],
  };
}

/** What each model reached on the validation rows, the best first. */
function candidatesOf(
  fitted: readonly { readonly kind: string; readonly loss: number; readonly seconds: number }[],
  { kept, metric }: { readonly kept: string; readonly metric: string },
): CandidatesManifest {
  const tried = fitted.toSorted((a, b) => a.loss - b.loss);
  return {
    metric,
    kept,
    tried: tried.map(({ kind: name, loss: value, seconds }) => ({ name, value, seconds })),
    passedOver: [],
  };
}
