import type { CandidatesManifest, SeriesModelKind } from "@modelwright/contracts";
import { endOf, type FittedFeatures, gridOf, isoTime, type SeriesSplit } from "@modelwright/data";
import type { Value } from "@modelwright/engine";
import type { FitContext, LearningPart } from "../task.ts";
import { beforeTest } from "./before-test.ts";
import { forecastWeights } from "./blend-weights.ts";
import { actualWindows, meanScaledError } from "./forecast-errors.ts";
import type { ForecastGraph } from "./forecast-graph.ts";
import { type ForecastInterval, fitInterval } from "./interval.ts";
import type { LearntSeries, SeriesPart, SeriesProblem, SeriesRecipe } from "./learner.ts";
import { LEARNERS } from "./learners.ts";
import { partsInWords } from "./parts-in-words.ts";
import { runWindows } from "./predict-windows.ts";
import { fitStepColumns } from "./step-columns.ts";

/** What fitting series leaves. */
export interface FittedForecaster {
  readonly shape: SeriesSplit["shape"];
  readonly frequency: string;
  readonly features: FittedFeatures | undefined;
  readonly parts: readonly [SeriesPart, ...SeriesPart[]];
  readonly interval: ForecastInterval;
  /** Validation windows that the interval was held to. */
  readonly intervalWindows: number;
  /** What the models were chosen from; absent where the recipe names one. */
  readonly candidates?: CandidatesManifest;
  /** Models that are baselines too: they need not be learnt again. */
  readonly learnt: Readonly<Partial<Record<SeriesModelKind, LearntSeries>>>;
  /** Of the values that were learnt from. */
  readonly range: { readonly minimum: number; readonly maximum: number; readonly mean: number };
  readonly series: number;
  /** The time of the last of them. */
  readonly until: string;
  readonly rounds: readonly number[];
}

/** A model of a run, and how well it forecasts. */
interface Tried {
  readonly kind: SeriesModelKind;
  readonly model: LearntSeries;
  /** For the validation windows. */
  readonly predicted: Float32Array;
  readonly error: number;
  readonly seconds: number;
}

/**
 * Fits the model that the recipe names, or all, blends those whose mean forecasts the validation windows best, and fits the interval there. Then
 * the models learn anew from all steps before the test windows.
 */
export async function fitForecaster(
  recipe: SeriesRecipe,
  { train, validation }: LearningPart<SeriesSplit>,
  context: FitContext,
): Promise<FittedForecaster | undefined> {
  const { kind, candidates } = recipe.model;
  const names = kind === "auto" ? candidates : [kind];
  const { threads } = recipe.train;
  const features = fitStepColumns(train, "forTrees");
  const problem = { train, validation, recipe, features };
  const actual = actualWindows(validation);
  const tell = context.onCandidates ?? (() => {});
  const tried: Tried[] = [];
  for (const name of names) {
    if (context.shouldStop()) return undefined;
    tell({ type: "candidate-started", name, title: LEARNERS[name].title });
    const start = performance.now();
    const model = await fitOne(name, problem, context);
    if (model === undefined) return undefined;
    context.onModel({ base: name, parameters: model.parameters, trained: model.parameters });
    const predicted = await runWindows(validation, features, (graph) => model.compile(graph), { threads });
    const seconds = (performance.now() - start) / 1000;
    const error = meanScaledError(actual, predicted);
    tell({ type: "candidate", name, metric: METRIC, value: error, seconds });
    tried.push({ kind: name, model, predicted, error, seconds });
  }
  const weights = forecastWeights(
    tried.map(({ predicted }) => predicted),
    actual,
  );
  const chosen = tried
    .map((each, i) => ({ ...each, weight: weights[i]! }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const blended = weightedMean(chosen);
  if (tried.length > 1) {
    const value = meanScaledError(actual, blended);
    const [best, second] = tried.toSorted((a, b) => a.error - b.error);
    const beside = chosen.length > 1 ? best! : second!;
    tell({
      type: "chosen",
      name: partsInWords(chosen),
      metric: METRIC,
      value,
      ahead: { of: beside.kind, by: beside.error - value },
    });
  }
  const values = beforeTest({ train, validation });
  const range = rangeOf(values);
  const scales = await runWindows(validation, features, (graph) => graph.scale(), { threads });
  const interval = fitInterval(actual, blended, {
    scales,
    coverage: recipe.train.interval,
    floor: range.minimum >= 0 ? 0 : undefined,
  });
  const parts: SeriesPart[] = [];
  for (const { kind: of, model, weight } of chosen) {
    const final = await fitOne(of, { train: values, recipe, features }, context, model);
    if (final === undefined) return undefined;
    parts.push({ kind: of, weight, model: final });
  }
  const last = values.panel.series.reduce((a, b) => (endOf(b) > endOf(a) ? b : a));
  return {
    shape: train.shape,
    frequency: train.panel.frequency,
    features,
    parts: parts as [SeriesPart, ...SeriesPart[]],
    interval,
    intervalWindows: validation.windows.length,
    ...(kind === "auto" ? { candidates: candidatesOf(tried, chosen[0]!.kind) } : {}),
    learnt: Object.fromEntries([...tried, ...parts].map(({ kind: of, model }) => [of, model])),
    range,
    series: values.panel.series.length,
    until: isoTime(gridOf(values.panel).timeOf(endOf(last) - 1, last.phase)),
    rounds: tried.find(({ model }) => model.rounds !== undefined)?.model.rounds ?? [],
  };
}

/** The metric by which models are chosen. */
const METRIC = "mase";

/** Learns one model, or the same again from more windows. */
export function fitOne(
  kind: SeriesModelKind,
  problem: SeriesProblem,
  context: Pick<FitContext, "onProgress" | "shouldStop">,
  before?: LearntSeries,
): Promise<LearntSeries | undefined> {
  return LEARNERS[kind].fit(problem, {
    before,
    onProgress: (share) => context.onProgress({ stage: "learn", done: Math.round(share * 100), total: 100 }),
    shouldStop: context.shouldStop,
  });
}

/** The forecast of a blend in a graph, `[batch, horizon]`. */
export function compileBlend(graph: ForecastGraph, parts: readonly Pick<SeriesPart, "model" | "weight">[]): Value {
  const { b } = graph;
  const weighted = parts.map(({ model, weight }, i) => {
    const predicted = b.scope(`part.${i}`, () => model.compile(graph));
    return weight === 1 ? predicted : b.op("Mul", [predicted, b.scalar(weight)]);
  });
  return weighted.reduce((sum, each) => b.op("Add", [sum, each]));
}

function weightedMean(parts: readonly { readonly predicted: Float32Array; readonly weight: number }[]): Float64Array {
  const mean = new Float64Array(parts[0]!.predicted.length);
  for (const { predicted, weight } of parts) for (let i = 0; i < mean.length; i++) mean[i]! += weight * predicted[i]!;
  return mean;
}

function rangeOf({ panel }: SeriesSplit): FittedForecaster["range"] {
  let [minimum, maximum, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const { values } of panel.series)
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      minimum = Math.min(minimum, value);
      maximum = Math.max(maximum, value);
      sum += value;
      count++;
    }
  return { minimum, maximum, mean: sum / count };
}

/** What each model reached on the validation windows, the best first. */
function candidatesOf(tried: readonly Tried[], kept: string): CandidatesManifest {
  return {
    metric: METRIC,
    kept,
    tried: tried
      .toSorted((a, b) => a.error - b.error)
      .map(({ kind: name, error: value, seconds }) => ({ name, value, seconds })),
    passedOver: [],
  };
}
