import { z } from "zod";
import { checkCandidates } from "./candidates.ts";
import { computeFields } from "./compute.ts";
import { fraction, report, seed } from "./values.ts";

/** What can tell how odd a row is, each a row of the table of detectors. */
export const ANOMALY_DETECTORS = ["isolation-forest", "autoencoder", "nearest-neighbours"] as const;
export type AnomalyDetector = (typeof ANOMALY_DETECTORS)[number];

/** What decides from which score on a row is flagged. */
const THRESHOLDS = ["auto", "share", "f1", "precision"] as const;

/** What `kind: auto` tries where nothing is known by which a bad one could be left out: an autoencoder is far behind on some tables. */
const WITHOUT_LABELS: readonly AnomalyDetector[] = ["isolation-forest", "nearest-neighbours"];

/** The candidates of a recipe that names none. */
export function usualDetectors(label: string | undefined): AnomalyDetector[] {
  return [...(label === undefined ? WITHOUT_LABELS : ANOMALY_DETECTORS)];
}

/** The model that ranks rows by how odd they are. */
export const anomalyModelSection = z.strictObject({
  kind: z
    .enum(["auto", ...ANOMALY_DETECTORS])
    .default("auto")
    .describe(
      "isolation-forest: odd is what few random questions set apart from the other rows; autoencoder: odd is what a network of fewer numbers than columns cannot repeat; nearest-neighbours: odd is what is far from the nearest of some training rows; auto: with known anomalies the best of the candidates and their mean, without any their mean",
    ),
  candidates: z
    .array(z.enum(ANOMALY_DETECTORS))
    .min(1)
    .optional()
    .describe(
      "Of kind: auto: what is tried; default: all, without known anomalies isolation-forest and nearest-neighbours",
    ),
  unknown: z
    .enum(["own", "refuse"])
    .default("own")
    .describe(
      "A category that no training row has, when the model is asked: own reads it as the rarest of all; refuse is an error that names column and value",
    ),
  threshold: z
    .strictObject({
      by: z
        .enum(THRESHOLDS)
        .default("auto")
        .describe(
          "From which score on a row is flagged. share: so many of the training rows are; f1: where F1 of the known anomalies is largest; precision: where so many of the flagged rows are known anomalies, and most of those are found; auto: f1 where ten anomalies are known, else share",
        ),
      share: fraction.default(0.01).describe("With by: share, the share of rows that are expected to be anomalies"),
      precision: fraction
        .default(0.9)
        .describe("With by: precision, the share of flagged rows that are to be known anomalies"),
    })
    .prefault({}),
});

/** How it is trained. */
export const anomalyTrainFields = {
  knownAnomalies: z
    .enum(["keep", "drop"])
    .default("keep")
    .describe(
      "Rows of the training split that are known anomalies: keep learns from them as from all others, as it does from anomalies that nobody knows; drop does not. They help to choose model and threshold in both cases",
    ),
  trees: z.int().positive().max(10_000).default(200).describe("Trees of an isolation forest"),
  rowsPerTree: z
    .int()
    .min(2)
    .default(256)
    .describe("Rows that each tree of an isolation forest is grown on, of few rows four fifths of them"),
  epochs: z.int().positive().default(100).describe("Passes of an autoencoder over the rows at most"),
  patience: z
    .int()
    .positive()
    .default(10)
    .describe("Passes of an autoencoder without a smaller loss after which its training stops"),
  seed,
  ...computeFields,
};

/** What of a recipe for anomalies has rules between its sections. */
interface AnomalyRecipe {
  readonly data: { readonly columns: { readonly label?: string | undefined }; readonly anomalous?: unknown };
  readonly model: {
    readonly kind: string;
    readonly candidates?: readonly string[] | undefined;
    readonly threshold: { readonly by: string };
  };
  readonly train: { readonly knownAnomalies: string };
  readonly evaluate: { readonly baselines?: readonly string[] | undefined };
}

const NAME_LABEL = "name the column that marks known anomalies: data.columns.label";

/** Refuses what needs known anomalies without any, and candidates of a model that is named. */
export function checkAnomalyModel({ data, model, train, evaluate }: AnomalyRecipe, context: z.RefinementCtx): void {
  const { kind, candidates, threshold } = model;
  checkCandidates({ kind, candidates: candidates ?? [] }, [], context);
  if (data.columns.label !== undefined) return;
  const unlabelled = (at: string, rule: string) => report(context, at, { rule, instead: NAME_LABEL });
  if (data.anomalous !== undefined) unlabelled("data.anomalous", "is of values of a label, and no column holds one");
  if (threshold.by === "f1" || threshold.by === "precision")
    unlabelled("model.threshold.by", "needs known anomalies, and no column holds them");
  if (train.knownAnomalies === "drop")
    unlabelled("train.knownAnomalies", "needs known anomalies, and no column holds them");
  if (evaluate.baselines !== undefined && evaluate.baselines.length > 0)
    unlabelled("evaluate.baselines", "needs known anomalies, by which baselines are compared");
}
