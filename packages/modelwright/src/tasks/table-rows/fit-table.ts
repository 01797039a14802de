import type { CandidatesManifest, TableModelKind } from "@modelwright/contracts";
import { joinRows } from "@modelwright/data";
import type { FitContext } from "../task.ts";
import type { CandidateEvent } from "../text-encoder/candidates/candidate-event.ts";
import { blendWeights } from "./blend.ts";
import { columnImportance, type ImportantColumn } from "./column-importance.ts";
import type { LearnerContext, LearntTable, TableLesson, TableProblem } from "./learner.ts";
import { LEARNERS } from "./learners.ts";
import { joinNumbers, joinTargets, partCount } from "./lessons.ts";
import { partsInWords } from "./parts-in-words.ts";
import { predictParts, weightedMean } from "./predict-parts.ts";
import { loadTableEncoder, type TableEncoder } from "./table-encoder.ts";
import { type TableLoss, tableLoss } from "./table-loss.ts";
import type { TablePart } from "./table-part.ts";
import { encodedColumns, encodersOf } from "./text-vectors.ts";

/** What fitting a table leaves. */
export interface FittedTable {
  readonly parts: readonly [TablePart, ...TablePart[]];
  /** What the models were chosen from; absent where the recipe names one. */
  readonly candidates?: CandidatesManifest;
  /** The linear model, where it was fitted: the baseline need not be trained again. */
  readonly linear?: LearntTable | undefined;
  /** How much worse validation rows are predicted when a column is shuffled, the most telling column first. */
  readonly importance: readonly ImportantColumn[];
  /** What the blend predicted of the validation rows before any of its models learnt from them. */
  readonly validated: Float64Array;
  /** What makes vectors of texts, in the order in which the columns number them. */
  readonly encoders: readonly TableEncoder[];
  /** The loss after each round of the model that learns in rounds, on the rows that stop it. Empty: none was fitted. */
  readonly rounds: readonly number[];
}

/** A model of a run, and how well it predicts. */
interface Fitted {
  readonly kind: TableModelKind;
  readonly model: LearntTable;
  /** Its predictions for the validation rows. */
  readonly predicted: Float64Array;
  /** Of these rows. */
  readonly loss: number;
  readonly seconds: number;
}

/**
 * Fits the model that the recipe names, or all, and blends those whose mean predicts unseen rows best: the validation rows, and the training rows
 * by models that did not learn from them. Where models are fitted on parts of the rows, none needs the validation rows to be stopped: those of the
 * blend are then fitted again on all rows.
 */
export async function fitTable(problem: TableProblem, context: FitContext): Promise<FittedTable | undefined> {
  const { train, validation, recipe } = problem;
  const { kind, candidates } = recipe.model;
  const names = kind === "auto" ? candidates : [kind];
  const loss = tableLoss(validation.targets);
  const tell = context.onCandidates ?? (() => {});
  const fitted: Fitted[] = [];
  for (const name of names) {
    if (context.shouldStop()) return undefined;
    tell({ type: "candidate-started", name, title: LEARNERS[name].title });
    const start = performance.now();
    const model = await fitOne(name, problem, { ...context, wantsOutOfFold: names.length > 1 });
    if (model === undefined) return undefined;
    context.onModel({ base: name, parameters: model.parameters, trained: model.parameters });
    const seconds = (performance.now() - start) / 1000;
    const predicted = await model.predict(validation.frame);
    const reached = loss.overall(loss.ofRows(predicted));
    tell({ type: "candidate", name, metric: loss.metric, value: reached, seconds });
    fitted.push({ kind: name, model, predicted, loss: reached, seconds });
  }
  const unseen = unseenPredictions(fitted, problem);
  const weights = blendWeights(unseen.predictions, unseen.loss);
  const chosen = fitted
    .map((each, i) => ({ ...each, weight: weights[i]! }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const validated = await predictParts(chosen, validation.frame);
  if (fitted.length > 1) tell({ ...choiceOf(fitted, { ...unseen, weights }), name: partsInWords(chosen) });
  const parts: TablePart[] = [];
  const isRefitted = partCount(recipe, train) > 1;
  const all = isRefitted ? { ...problem, train: withValidation(problem) } : problem;
  for (const { kind: of, model, weight } of chosen) {
    const final = isRefitted ? await fitOne(of, all, context) : model;
    if (final === undefined) return undefined;
    parts.push({ kind: of, weight, model: final });
  }
  const importance = await columnImportance(chosen, problem);
  for (const { model } of fitted) await model.release?.();
  return {
    parts: parts as [TablePart, ...TablePart[]],
    ...(kind === "auto" ? { candidates: candidatesOf(fitted, { kept: chosen[0]!.kind, metric: loss.metric }) } : {}),
    linear: [...parts, ...fitted].find(({ kind: of }) => of === "linear")?.model,
    importance,
    validated,
    encoders: await loadEncoders(problem, context),
    rounds: fitted.find(({ model }) => model.rounds !== undefined)?.model.rounds ?? [],
  };
}

async function loadEncoders({ train, recipe }: TableProblem, context: FitContext): Promise<TableEncoder[]> {
  const encoders: TableEncoder[] = [];
  for (const each of encodersOf(encodedColumns(train.frame, recipe)))
    encoders.push(await loadTableEncoder(each, context));
  return encoders;
}

function fitOne(
  name: TableModelKind,
  problem: TableProblem,
  { wantsOutOfFold, ...context }: FitContext & Pick<LearnerContext, "wantsOutOfFold">,
): Promise<LearntTable | undefined> {
  return LEARNERS[name].fit(problem, {
    ...(wantsOutOfFold === undefined ? {} : { wantsOutOfFold }),
    onProgress: (share) => context.onProgress({ stage: "learn", done: Math.round(share * 100), total: 100 }),
    shouldStop: context.shouldStop,
  });
}

/** What models predict of rows that they did not learn from, and its loss. */
interface UnseenPredictions {
  readonly predictions: readonly Float64Array[];
  readonly loss: TableLoss;
  /** In words, where they are more than the validation rows. */
  readonly rows?: string;
}

function unseenPredictions(fitted: readonly Fitted[], { train, validation }: TableProblem): UnseenPredictions {
  const outOfFold = fitted.map(({ model }) => model.outOfFold);
  // Predictions are compared on the same rows.
  if (outOfFold.some((predicted) => predicted === undefined))
    return { predictions: fitted.map(({ predicted }) => predicted), loss: tableLoss(validation.targets) };
  return {
    predictions: fitted.map(({ predicted }, i) => joinNumbers(outOfFold[i]!, predicted)),
    loss: tableLoss(joinTargets(train.targets, validation.targets)),
    rows: "training and validation rows, by models that had not seen them",
  };
}

/** The choice as it is told: how far ahead a blend is of its best model alone, or a single model of the next one. */
function choiceOf(
  fitted: readonly Fitted[],
  { predictions, loss, rows, weights }: UnseenPredictions & { readonly weights: readonly number[] },
): Omit<Extract<CandidateEvent, { type: "chosen" }>, "name"> {
  const lossOf = (predicted: Float64Array) => loss.overall(loss.ofRows(predicted));
  const value = lossOf(weightedMean(predictions, weights));
  const [best, second] = fitted
    .map(({ kind }, i) => ({ of: kind, value: lossOf(predictions[i]!) }))
    .sort((a, b) => a.value - b.value);
  const beside = weights.filter((weight) => weight > 0).length > 1 ? best! : second!;
  return {
    type: "chosen",
    metric: loss.metric,
    value,
    ...(rows === undefined ? {} : { rows }),
    ahead: { of: beside.of, by: beside.value - value },
  };
}

/** What each model reached on the validation rows, the best first. */
function candidatesOf(
  fitted: readonly Fitted[],
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

/** All rows to learn from. */
function withValidation({ train, validation, learnable = validation }: TableProblem): TableLesson {
  const weights = train.weights && learnable.weights && joinNumbers(train.weights, learnable.weights);
  return {
    ...train,
    frame: joinRows(train.frame, learnable.frame),
    targets: joinTargets(train.targets, learnable.targets),
    weights,
  };
}
