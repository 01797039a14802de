import { itemOf, wholeText } from "@modelwright/data";
import {
  type ClassificationOutcome,
  classificationFamily,
  confusionRows,
  measureClassification,
} from "@modelwright/evaluation";
import { classificationBody } from "@modelwright/evaluation/report";
import type { TextClassifier } from "@modelwright/inference";
import { labelQuality } from "../answer-quality.ts";
import { labelReview } from "../answer-review.ts";
import { calibrationLine, rejectLine } from "../calibrated.ts";
import { learningHistory } from "../learning-history.ts";
import type { Task } from "../task.ts";
import { candidateLines } from "../text-encoder/candidates/candidate-facts.ts";
import { candidatesSection } from "../text-encoder/candidates/candidates-section.ts";
import { describeTextEncoder } from "../text-encoder/describe-text-encoder.ts";
import { labelledText } from "../text-encoder/labelled-text.ts";
import { predictRows } from "../text-encoder/predict-rows.ts";
import { encoderLine, labelsLine } from "../text-encoder/summary.ts";
import { textsOf } from "../text-encoder/text-rows.ts";
import { answers } from "./answers.ts";
import { baselines } from "./baselines.ts";
import { calibrateClassifier } from "./calibrate.ts";
import { cardOf } from "./card.ts";
import { draftClassification } from "./draft.ts";
import { type FittedClassifier, fitClassifier } from "./fit.ts";
import { monitoring, served } from "./monitoring.ts";
import { classesOf, evaluationRows, type LabelledRows, prepareRows, trialsOf } from "./rows.ts";
import { sampleTickets } from "./sample-tickets.ts";
import { teacherLine, teacherPlan } from "./teacher-words.ts";
import { versionOf } from "./version.ts";

/** Puts one label on a text. */
export const textClassification: Task<
  "text-classification",
  LabelledRows,
  FittedClassifier,
  ClassificationOutcome,
  TextClassifier
> = {
  family: classificationFamily,
  prepare: prepareRows,
  size: ({ rows }) => rows.length,
  subset: ({ labels, rows }, chosen) => ({ labels, rows: Array.from(chosen, (row) => rows[row]!) }),
  fit: fitClassifier,
  version: versionOf,
  calibrate: calibrateClassifier,
  outcome: async (model, split, { onProgress }) => {
    const { labels, rows } = split;
    const probabilities = new Float64Array(rows.length * labels.length);
    await predictRows(model, rows, {
      onAnswer: (row, answer) => probabilities.set(answer, row * labels.length),
      onProgress,
    });
    return { labels, actual: classesOf(split), probabilities, rejectBelow: model.manifest.reject?.below };
  },
  baseline: (name, context) => baselines[name as keyof typeof baselines](context),
  incomparable: ({ manifest }, champion) =>
    manifest.labels.join("\0") === champion.labels.join("\0") ? undefined : "the labels differ from those of",
  tables: (outcome) => [
    {
      title: "Test rows by label",
      rows: confusionRows(outcome.labels, measureClassification(outcome).confusion),
    },
  ],
  details: (outcome) => ({ labels: outcome.labels, confusion: measureClassification(outcome).confusion }),
  trials: trialsOf,
  learning: ({ model }) =>
    model.kind === "encoder" ? learningHistory(model.fit.state) : { steps: [], evaluations: [] },
  report: ({ manifest, model: { outcome, measures }, test }) => {
    const rows = test.rows.map((row) => ({ id: row.id, text: wholeText(itemOf(row)) }));
    const body = classificationBody({ outcome, measures, calibration: manifest.calibration, rows });
    return { ...body, sections: [...candidatesSection(manifest.candidates), ...body.sections] };
  },
  card: cardOf,
  describe: (recipe) => [...describeTextEncoder(recipe, { stratified: "by label" }), ...teacherPlan(recipe.train)],
  summary: ({ labels, model, candidates, distillation, calibration, reject }) => [
    labelsLine(labels),
    encoderLine(model),
    ...(distillation === undefined ? [] : [teacherLine(distillation)]),
    ...candidateLines(candidates),
    ...(calibration === undefined ? [] : [calibrationLine(calibration)]),
    ...(reject === undefined ? [] : [rejectLine(reject)]),
  ],
  texts: ({ rows }) => textsOf(rows),
  rejected: async (model, texts) => {
    if (model.manifest.reject === undefined) return undefined;
    return (await model.predict(texts)).filter(({ rejected }) => rejected).length;
  },
  labelled: labelledText("label"),
  evaluationRows,
  draft: draftClassification,
  sample: { file: "tickets.csv", content: sampleTickets },
  answers,
  monitoring,
  served,
  quality: labelQuality,
  review: labelReview,
};
