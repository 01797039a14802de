import { LABEL_METRICS } from "@modelwright/contracts";
import { itemOf, wholeText } from "@modelwright/data";
import { labelMetricKey, type MultiLabelOutcome, measureOutcome, multiLabelFamily } from "@modelwright/evaluation";
import { multiLabelBody } from "@modelwright/evaluation/report";
import type { LoadedModelOf } from "@modelwright/inference";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { labelsQuality } from "../answer-quality.ts";
import { labelsReview } from "../answer-review.ts";
import { calibrationLine } from "../calibrated.ts";
import { learningHistory } from "../learning-history.ts";
import type { Task } from "../task.ts";
import { describeTextEncoder } from "../text-encoder/describe-text-encoder.ts";
import { isPairRecipe } from "../text-encoder/is-pair-recipe.ts";
import { labelledText } from "../text-encoder/labelled-text.ts";
import { predictRows } from "../text-encoder/predict-rows.ts";
import { encoderLine, labelsLine } from "../text-encoder/summary.ts";
import { textEncoderFiles, textEncoderInputs, textEncoderManifest } from "../text-encoder/text-encoder-version.ts";
import { textsOf } from "../text-encoder/text-rows.ts";
import { answers } from "./answers.ts";
import { baselines } from "./baselines.ts";
import { calibrateMultiLabelClassifier } from "./calibrate.ts";
import { cardOf } from "./card.ts";
import { draftMultiLabel } from "./draft.ts";
import { type FittedMultiLabelClassifier, fitMultiLabelClassifier } from "./fit.ts";
import { monitoring, served } from "./monitoring.ts";
import { evaluationRows, type LabelSetRows, marksOf, prepareRows, trialsOf } from "./rows.ts";
import { sampleComplaints } from "./sample-complaints.ts";

/** The report has all labels. */
const LABELS_SHOWN = 20;

/** Puts any number of labels on a text. */
export const multiLabelClassification: Task<
  "multi-label-classification",
  LabelSetRows,
  FittedMultiLabelClassifier,
  MultiLabelOutcome,
  LoadedModelOf<"multi-label-classification">
> = {
  family: multiLabelFamily,
  prepare: prepareRows,
  size: ({ rows }) => rows.length,
  subset: ({ labels, rows }, chosen) => ({ labels, rows: Array.from(chosen, (row) => rows[row]!) }),
  fit: fitMultiLabelClassifier,
  version: (fitted, recipe) => ({
    files: textEncoderFiles(fitted, { labels: fitted.labels, problemType: "multi_label_classification" }),
    manifest: {
      labels: [...fitted.labels],
      thresholds: [...fitted.thresholds],
      signature: {
        input: isPairRecipe(recipe) ? "text-pair" : "text",
        output: "labels",
        tensors: {
          inputs: textEncoderInputs(fitted),
          outputs: [{ name: "logits", dtype: "float32", shape: [-1, fitted.labels.length] }],
        },
      },
      ...textEncoderManifest(fitted, recipe),
    },
  }),
  calibrate: calibrateMultiLabelClassifier,
  outcome: async (model, split, { onProgress }) => {
    const { labels, rows } = split;
    const probabilities = new Float64Array(rows.length * labels.length);
    await predictRows(model, rows, {
      onAnswer: (row, answer) => probabilities.set(answer, row * labels.length),
      onProgress,
    });
    return { labels, actual: marksOf(split), probabilities, thresholds: Float64Array.from(model.manifest.thresholds) };
  },
  baseline: (name, context) => baselines[name as keyof typeof baselines](context),
  incomparable: ({ manifest }, champion) =>
    manifest.labels.join("\0") === champion.labels.join("\0") ? undefined : "the labels differ from those of",
  tables: (outcome) => [{ title: "Test rows by label", rows: labelRows(outcome) }],
  details: ({ labels, thresholds }) => ({ labels, thresholds: [...thresholds] }),
  trials: trialsOf,
  learning: ({ fit }) => learningHistory(fit.state),
  report: ({ manifest: { calibration }, model: { outcome, measures }, test }) =>
    multiLabelBody({
      outcome,
      measures,
      calibration,
      rows: test.rows.map((row) => ({ id: row.id, text: wholeText(itemOf(row)) })),
    }),
  card: cardOf,
  describe: (recipe) => describeTextEncoder(recipe, { stratified: "by labels" }),
  summary: ({ labels, model, calibration }) => [
    labelsLine(labels),
    encoderLine(model),
    ...(calibration === undefined ? [] : [calibrationLine(calibration)]),
  ],
  texts: ({ rows }) => textsOf(rows),
  labelled: labelledText("labels"),
  evaluationRows,
  draft: draftMultiLabel,
  sample: { file: "complaints.csv", content: sampleComplaints },
  answers,
  monitoring,
  served,
  quality: labelsQuality,
  review: labelsReview,
};

/** Precision, recall and F1 of the most frequent labels. */
function labelRows(outcome: MultiLabelOutcome): string[][] {
  const { labels, actual, thresholds } = outcome;
  const measures = measureOutcome(multiLabelFamily, outcome);
  const metrics = LABEL_METRICS.filter((metric) => metric !== "rocAuc");
  const rows = labels.map((label, i) => {
    let support = 0;
    for (let at = i; at < actual.length; at += labels.length) support += actual[at]!;
    return { label, support, threshold: thresholds[i]! };
  });
  rows.sort((a, b) => b.support - a.support);
  const rest = rows.length - LABELS_SHOWN;
  return [
    ["label", "rows", "threshold", ...metrics],
    ...rows
      .slice(0, LABELS_SHOWN)
      .map(({ label, support, threshold }) => [
        shorten(plainText(label), 40),
        String(support),
        threshold.toFixed(3),
        ...metrics.map((metric) => measures[labelMetricKey(metric, label)]?.toFixed(3) ?? "–"),
      ]),
    ...(rest > 0 ? [[`and ${rest} more, in the report`]] : []),
  ];
}
