import { rowItem, rowTexts } from "@modelwright/data";
import {
  type ClassificationOutcome,
  chooseClassTemperature,
  classificationFamily,
  confusionRows,
  measureClassification,
} from "@modelwright/evaluation";
import { classificationBody } from "@modelwright/evaluation/report";
import type { TableClassifier } from "@modelwright/inference";
import { showItem } from "../../wording/show-item.ts";
import { labelQuality } from "../answer-quality.ts";
import { labelReview } from "../answer-review.ts";
import { calibrationLine, withTemperature } from "../calibrated.ts";
import { describeTable } from "../table-rows/describe-table.ts";
import { labelledRow } from "../table-rows/labelled-row.ts";
import { tableLearning } from "../table-rows/table-learning.ts";
import { askedTexts, takeTableRows } from "../table-rows/table-split.ts";
import {
  columnsLine,
  featureLines,
  featuresSection,
  importanceSection,
  modelLine,
  rowLines,
  rowsSection,
} from "../table-rows/table-words.ts";
import { withTextVectors } from "../table-rows/text-vectors.ts";
import type { Task } from "../task.ts";
import { candidateLines } from "../text-encoder/candidates/candidate-facts.ts";
import { candidatesSection } from "../text-encoder/candidates/candidates-section.ts";
import { labelsLine } from "../text-encoder/summary.ts";
import { answers } from "./answers.ts";
import { baselines } from "./baselines.ts";
import { cardOf } from "./card.ts";
import { draftTableClassification } from "./draft.ts";
import { type FittedTableClassifier, fitTableClassifier } from "./fit.ts";
import { monitoring, served } from "./monitoring.ts";
import { classesOf, evaluationRows, type LabelledTable, prepareRows, trialsOf } from "./rows.ts";
import { sampleCustomers } from "./sample-customers.ts";
import { versionOf } from "./version.ts";

/** Puts one label on a row of a table. */
export const tabularClassification: Task<
  "tabular-classification",
  LabelledTable,
  FittedTableClassifier,
  ClassificationOutcome,
  TableClassifier
> = {
  family: classificationFamily,
  prepare: prepareRows,
  enrich: withTextVectors,
  size: ({ rows }) => rows.length,
  subset: ({ labels, ...split }, chosen) => ({ ...takeTableRows(split, chosen), labels }),
  fit: fitTableClassifier,
  version: versionOf,
  validated: ({ labels, validated }, validation) => {
    return { labels, actual: classesOf(validation), probabilities: validated };
  },
  calibrate: (version, validation) => {
    const chosen = chooseClassTemperature(validation);
    return { version: withTemperature(version, chosen), lines: [calibrationLine(chosen)], warnings: [] };
  },
  outcome: async (model, split, { onProgress }) => {
    const { labels, frame } = split;
    const answers = await model.prepareFrame(frame).run();
    const probabilities = new Float64Array(frame.rows * labels.length);
    for (const [row, answer] of answers.entries()) probabilities.set(answer, row * labels.length);
    onProgress?.(frame.rows, frame.rows);
    return { labels, actual: classesOf(split), probabilities };
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
  learning: tableLearning,
  report: ({ manifest, model: { outcome, measures }, test, fitted }) => {
    const rows = test.rows.map(({ id }, row) => ({ id, text: showItem(rowItem(test.frame, row), 400) }));
    const body = classificationBody({ outcome, measures, calibration: manifest.calibration, rows });
    return {
      ...body,
      sections: [
        ...candidatesSection(manifest.candidates),
        ...rowsSection(manifest.preprocessing),
        ...featuresSection(manifest.preprocessing),
        ...importanceSection(fitted.importance, "log loss"),
        ...body.sections,
      ],
    };
  },
  card: cardOf,
  describe: (recipe) => describeTable(recipe, { stratified: "by label" }),
  summary: ({ labels, model, preprocessing, candidates, calibration }) => [
    labelsLine(labels),
    columnsLine(preprocessing),
    ...rowLines(preprocessing),
    ...featureLines(preprocessing),
    modelLine(model),
    ...candidateLines(candidates),
    ...(calibration === undefined ? [] : [calibrationLine(calibration)]),
  ],
  texts: ({ frame }) => rowTexts(frame),
  askedTexts,
  labelled: labelledRow("label"),
  evaluationRows,
  draft: draftTableClassification,
  sample: { file: "customers.csv", content: sampleCustomers },
  answers,
  monitoring,
  served,
  quality: labelQuality,
  review: labelReview,
};
