import { rowItem, rowTexts } from "@modelwright/data";
import { regressionFamily } from "@modelwright/evaluation";
import { factSection, regressionBody } from "@modelwright/evaluation/report";
import type { TableRegressor } from "@modelwright/inference";
import { percent } from "../../wording/quantities.ts";
import { showItem } from "../../wording/show-item.ts";
import { showNumber } from "../../wording/show-number.ts";
import { numberQuality } from "../answer-quality.ts";
import { numberReview } from "../answer-review.ts";
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
import { answers } from "./answers.ts";
import { baselines } from "./baselines.ts";
import { cardOf } from "./card.ts";
import { draftTableRegression } from "./draft.ts";
import { type FittedTableRegressor, fitTableRegressor } from "./fit.ts";
import { type IntervalOutcome, intervalInWords, intervalOutcome } from "./interval-outcome.ts";
import { monitoring, served } from "./monitoring.ts";
import { evaluationRows, type NumberTable, prepareRows, targetsOf, trialsOf } from "./rows.ts";
import { sampleFlats } from "./sample-flats.ts";
import { versionOf } from "./version.ts";

/** Predicts a number for a row of a table, and between which two it lies. */
export const tabularRegression: Task<
  "tabular-regression",
  NumberTable,
  FittedTableRegressor,
  IntervalOutcome,
  TableRegressor
> = {
  family: regressionFamily,
  prepare: prepareRows,
  enrich: withTextVectors,
  size: ({ rows }) => rows.length,
  subset: takeTableRows,
  fit: fitTableRegressor,
  version: versionOf,
  outcome: async (model, split, { onProgress }) => {
    const answers = await model.prepareFrame(split.frame).run();
    onProgress?.(answers.length, answers.length);
    return intervalOutcome(targetsOf(split), answers, model.manifest.interval.coverage);
  },
  baseline: (name, context) => baselines[name as keyof typeof baselines](context),
  incomparable: ({ manifest }, champion) =>
    manifest.target.column === champion.target.column ? undefined : "the target differs from that of",
  tables: ({ interval }) =>
    interval === undefined ? [] : [{ title: "Interval", rows: [[intervalInWords(interval)]] }],
  details: ({ interval }) => (interval === undefined ? {} : { interval }),
  trials: trialsOf,
  learning: tableLearning,
  report: ({ manifest, model: { outcome, measures }, test, fitted }) => {
    const body = regressionBody({
      outcome,
      measures,
      target: manifest.target.column,
      rows: test.rows.map(({ id }, row) => ({ id, text: showItem(rowItem(test.frame, row), 400) })),
    });
    return {
      ...body,
      sections: [
        ...candidatesSection(manifest.candidates),
        ...(outcome.interval === undefined
          ? []
          : factSection("Interval", [{ name: "low to high", value: intervalInWords(outcome.interval) }])),
        ...rowsSection(manifest.preprocessing),
        ...featuresSection(manifest.preprocessing),
        ...importanceSection(fitted.importance, "squared error"),
        ...body.sections,
      ],
    };
  },
  card: cardOf,
  describe: (recipe) => [
    ...describeTable(recipe, { stratified: "by tenths of the number" }),
    ["interval", `holds ${percent(recipe.train.interval)} of the rows, as the validation rows show`],
  ],
  summary: ({ target, preprocessing, model, interval, candidates }) => [
    ["predicts", `${target.column}, ${showNumber(target.minimum)} to ${showNumber(target.maximum)} in training`],
    columnsLine(preprocessing),
    ...rowLines(preprocessing),
    ...featureLines(preprocessing),
    modelLine(model),
    ["interval", `holds ${percent(interval.coverage)}, held to ${interval.rows.toLocaleString("en")} validation rows`],
    ...candidateLines(candidates),
  ],
  texts: ({ frame }) => rowTexts(frame),
  askedTexts,
  labelled: labelledRow("target"),
  evaluationRows,
  draft: draftTableRegression,
  sample: { file: "flats.csv", content: sampleFlats },
  answers,
  monitoring,
  served,
  quality: numberQuality,
  review: numberReview,
};
