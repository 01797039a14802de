import {
  type AnomalyDetector,
  type CandidatesManifest,
  ModelwrightError,
  type OwnManifestOf,
} from "@modelwright/contracts";
import { type AnomalyStatus, type Frame, takeRows } from "@modelwright/data";
import { anomalyFamily, measureOutcome } from "@modelwright/evaluation";
import type { LearntTable } from "../table-rows/learner.ts";
import type { FitContext, LearningPart } from "../task.ts";
import type { CandidateEvent } from "../text-encoder/candidates/candidate-event.ts";
import { calibrated } from "./calibrated.ts";
import type { AnomalyRecipe, DetectorProblem } from "./detectors/detector.ts";
import { DETECTORS } from "./detectors/detectors.ts";
import { statusesOf, type WatchedTable } from "./rows.ts";
import { applyTail, fitTail, type Tail } from "./tail.ts";
import { chooseThreshold, type Threshold } from "./threshold.ts";
import { typicalValues } from "./typical-values.ts";
import { partsInWords } from "./words.ts";

/** A detector in the mean. */
export interface AnomalyPart {
  readonly kind: AnomalyDetector;
  /** Its share of the mean; all shares sum to 1. */
  readonly weight: number;
  readonly model: LearntTable;
}

/** A model that tells how odd rows are. */
export interface FittedWatcher {
  readonly parts: readonly [AnomalyPart, ...AnomalyPart[]];
  /** How odd the mean of several is; absent where there is one. */
  readonly tail?: Tail;
  readonly threshold: Threshold;
  readonly typical: OwnManifestOf<"anomaly-detection">["typical"];
  /** Values that mark known anomalies; absent: none are known. */
  readonly anomalous?: readonly string[] | undefined;
  /** What the model was chosen from; absent where the recipe names one, or nothing is known to choose by. */
  readonly candidates?: CandidatesManifest;
  /** The loss after each pass of the detector that learns in passes. Empty: none was fitted. */
  readonly rounds: readonly number[];
}

/** Rows by whose known anomalies candidates are compared. */
export const COMPARED_ROWS = "training and validation rows";

interface Candidate {
  readonly kind: AnomalyDetector;
  readonly model: LearntTable;
  /** How odd the training and validation rows are, the former by what has not learnt from them where there is such. */
  readonly oddness: Float64Array;
  readonly seconds: number;
}

/**
 * Fits the detectors that the recipe names, and chooses among them and their means by the known anomalies of training and validation rows: none has learnt from
 * what is known of a row. Without known anomalies the model is the mean of all.
 */
export async function fitWatcher(
  recipe: AnomalyRecipe,
  { train, validation }: LearningPart<WatchedTable>,
  context: FitContext,
): Promise<FittedWatcher | undefined> {
  const statuses = [...statusesOf(train), ...statusesOf(validation)];
  const learnt = learntRows(recipe, train);
  const problem: DetectorProblem = {
    train: learnt.length === train.rows.length ? train.frame : takeRows(train.frame, learnt),
    validation: validation.frame,
    recipe,
  };
  const scored = { problem, all: [train.frame, validation.frame] as const, learnt, statuses };
  const { kind } = recipe.model;
  const names: readonly AnomalyDetector[] = kind === "auto" ? recipe.model.candidates : [kind];
  const isLabelled = statuses.includes("anomaly") && statuses.includes("ordinary");
  const tell = (isLabelled && context.onCandidates) || (() => {});
  const fitted: Candidate[] = [];
  for (const name of names) {
    if (context.shouldStop()) return undefined;
    tell({ type: "candidate-started", name, title: DETECTORS[name].title });
    const candidate = await fitCandidate(name, scored, context);
    if (candidate === undefined) return undefined;
    fitted.push(candidate);
    if (!isLabelled) continue;
    const value = averagePrecision(candidate.oddness, statuses);
    tell({
      type: "candidate",
      name,
      metric: "averagePrecision",
      value,
      seconds: candidate.seconds,
      rows: COMPARED_ROWS,
    });
  }
  const chosen = isLabelled ? bestMean(fitted, statuses) : fitted;
  const weight = 1 / chosen.length;
  const mean = meanOddness(chosen);
  const tail = chosen.length === 1 ? undefined : fitTail(ofUsual(mean, statuses));
  const oddness = tail === undefined ? mean : applyTail(tail, mean);
  if (isLabelled && fitted.length > 1) tell(chosenEvent(fitted, chosen, { oddness, statuses }));
  const { threshold, warnings } = chooseThreshold({ oddness, statuses }, recipe.model.threshold);
  for (const warning of warnings) context.onWarning?.(warning);
  const parts = chosen.map(({ kind: of, model }) => ({ kind: of, weight, model }));
  for (const { model } of fitted) await model.release?.();
  return {
    parts: parts as unknown as [AnomalyPart, ...AnomalyPart[]],
    ...(tail === undefined ? {} : { tail }),
    threshold,
    typical: typicalValues(problem.train),
    anomalous: train.found.anomalous,
    ...(isLabelled && kind === "auto" ? { candidates: candidatesOf(fitted, chosen, statuses) } : {}),
    rounds: fitted.find(({ model }) => model.rounds !== undefined)?.model.rounds ?? [],
  };
}

/** The choice as it is told: how far ahead it is of the best detector alone, or of the next one. */
function chosenEvent(
  fitted: readonly Candidate[],
  chosen: readonly Candidate[],
  { oddness, statuses }: { readonly oddness: Float64Array; readonly statuses: readonly AnomalyStatus[] },
): Extract<CandidateEvent, { type: "chosen" }> {
  const value = averagePrecision(oddness, statuses);
  const [best, second] = fitted
    .map((each) => ({ of: each.kind, value: averagePrecision(each.oddness, statuses) }))
    .sort((a, b) => b.value - a.value);
  const beside = chosen.length > 1 ? best! : second!;
  return {
    type: "chosen",
    name: partsInWords(chosen),
    metric: "averagePrecision",
    value,
    rows: COMPARED_ROWS,
    ahead: { of: beside.of, by: value - beside.value },
  };
}

/** Numbers of the training rows that are learnt from. */
function learntRows({ train: { knownAnomalies }, data }: AnomalyRecipe, train: WatchedTable): Int32Array {
  const all = Int32Array.from(train.rows.keys());
  if (knownAnomalies === "keep") return all;
  const statuses = statusesOf(train);
  const kept = all.filter((row) => statuses[row] !== "anomaly");
  if (kept.length < 2)
    throw new ModelwrightError("DATA_TOO_FEW_ROWS", { file: data.source, rows: kept.length, needed: 2 });
  return kept;
}

async function fitCandidate(
  kind: AnomalyDetector,
  {
    problem,
    all: [train, validation],
    learnt,
    statuses,
  }: {
    readonly problem: DetectorProblem;
    readonly all: readonly [Frame, Frame];
    readonly learnt: Int32Array;
    readonly statuses: readonly AnomalyStatus[];
  },
  context: FitContext,
): Promise<Candidate | undefined> {
  const start = performance.now();
  const model = await DETECTORS[kind].fit(problem, {
    onProgress: (share) => context.onProgress({ stage: "learn", done: Math.round(share * 100), total: 100 }),
    shouldStop: context.shouldStop,
  });
  if (model === undefined || context.shouldStop()) return undefined;
  context.onModel({ base: kind, parameters: model.parameters, trained: model.parameters });
  const scores = new Float64Array(train.rows + validation.rows);
  scores.set(await model.predict(train));
  model.outOfFold?.forEach((score, at) => {
    scores[learnt[at]!] = score;
  });
  scores.set(await model.predict(validation), train.rows);
  const usual = ofUsual(scores, statuses);
  return {
    kind,
    model: calibrated(model, usual),
    oddness: applyTail(fitTail(usual), scores),
    seconds: (performance.now() - start) / 1000,
  };
}

/** Of rows that are not known anomalies. */
function ofUsual(values: Float64Array, statuses: readonly AnomalyStatus[]): Float64Array {
  return values.filter((_, row) => statuses[row] !== "anomaly");
}

function meanOddness(candidates: readonly Pick<Candidate, "oddness">[]): Float64Array {
  return candidates[0]!.oddness.map(
    (_, row) => candidates.reduce((sum, { oddness }) => sum + oddness[row]!, 0) / candidates.length,
  );
}

const KNOWN = { anomaly: 1, ordinary: 0, unknown: -1 } as const;

function averagePrecision(oddness: Float64Array, statuses: readonly AnomalyStatus[]): number {
  const known = Int8Array.from(statuses, (status) => KNOWN[status]);
  const outcome = { known, oddness, flagged: new Uint8Array(known.length), expected: 0 };
  return measureOutcome(anomalyFamily, outcome)["averagePrecision"]!;
}

/** The candidates whose mean ranks the known anomalies first, the fewest where several do alike. */
function bestMean(candidates: readonly Candidate[], statuses: readonly AnomalyStatus[]): Candidate[] {
  const sets = Array.from({ length: 2 ** candidates.length - 1 }, (_, i) =>
    candidates.filter((__, at) => ((i + 1) >> at) & 1),
  ).sort((a, b) => a.length - b.length);
  const values = sets.map((set) => averagePrecision(meanOddness(set), statuses));
  return sets[values.indexOf(Math.max(...values))]!;
}

function candidatesOf(
  fitted: readonly Candidate[],
  chosen: readonly Candidate[],
  statuses: readonly AnomalyStatus[],
): CandidatesManifest {
  const tried = fitted
    .map(({ kind: name, oddness, seconds }) => ({ name, value: averagePrecision(oddness, statuses), seconds }))
    .sort((a, b) => b.value - a.value);
  const kept = tried.find(({ name }) => chosen.some(({ kind }) => kind === name))!.name;
  return { metric: "averagePrecision", kept, tried, passedOver: [] };
}
