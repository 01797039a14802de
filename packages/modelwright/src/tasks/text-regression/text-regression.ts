import { itemOf, wholeText } from "@modelwright/data";
import { type RegressionOutcome, regressionFamily } from "@modelwright/evaluation";
import { regressionBody } from "@modelwright/evaluation/report";
import type { LoadedModelOf } from "@modelwright/inference";
import { showNumber } from "../../wording/show-number.ts";
import { numberQuality } from "../answer-quality.ts";
import { numberReview } from "../answer-review.ts";
import { learningHistory } from "../learning-history.ts";
import { withValueOutput } from "../target-scale.ts";
import type { Task } from "../task.ts";
import { describeTextEncoder } from "../text-encoder/describe-text-encoder.ts";
import { isPairRecipe } from "../text-encoder/is-pair-recipe.ts";
import { labelledText } from "../text-encoder/labelled-text.ts";
import { predictRows } from "../text-encoder/predict-rows.ts";
import { encoderLine } from "../text-encoder/summary.ts";
import { textEncoderFiles, textEncoderInputs, textEncoderManifest } from "../text-encoder/text-encoder-version.ts";
import { textsOf } from "../text-encoder/text-rows.ts";
import { answers } from "./answers.ts";
import { baselines } from "./baselines.ts";
import { cardOf } from "./card.ts";
import { draftRegression } from "./draft.ts";
import { type FittedRegressor, fitRegressor } from "./fit.ts";
import { monitoring, served } from "./monitoring.ts";
import { evaluationRows, type NumberRows, prepareRows, targetsOf, trialsOf } from "./rows.ts";
import { sampleReviews } from "./sample-reviews.ts";

/** Predicts a number for a text. */
export const textRegression: Task<
  "text-regression",
  NumberRows,
  FittedRegressor,
  RegressionOutcome,
  LoadedModelOf<"text-regression">
> = {
  family: regressionFamily,
  prepare: prepareRows,
  size: (rows) => rows.length,
  subset: (rows, chosen) => Array.from(chosen, (row) => rows[row]!),
  fit: fitRegressor,
  version: (fitted, recipe) => ({
    files: textEncoderFiles(fitted, {
      graph: withValueOutput(fitted.model.graph, fitted.scale),
      labels: [recipe.data.columns.target],
      problemType: "regression",
    }),
    manifest: {
      signature: {
        input: isPairRecipe(recipe) ? "text-pair" : "text",
        output: "number",
        tensors: {
          inputs: textEncoderInputs(fitted),
          outputs: [{ name: "value", dtype: "float32", shape: [-1, 1] }],
        },
      },
      target: { column: recipe.data.columns.target, ...fitted.range, mean: fitted.scale.mean },
      ...textEncoderManifest(fitted, recipe),
    },
  }),
  outcome: async (model, rows, { onProgress }) => {
    const predicted = new Float64Array(rows.length);
    await predictRows(model, rows, {
      onAnswer: (row, answer) => {
        predicted[row] = answer;
      },
      onProgress,
    });
    return { actual: targetsOf(rows), predicted };
  },
  baseline: (name, context) => baselines[name as keyof typeof baselines](context),
  incomparable: ({ manifest }, champion) =>
    manifest.target.column === champion.target.column ? undefined : "the target differs from that of",
  tables: () => [],
  details: () => ({}),
  trials: trialsOf,
  learning: ({ fit }) => learningHistory(fit.state),
  report: ({ manifest, model: { outcome, measures }, test }) =>
    regressionBody({
      outcome,
      measures,
      target: manifest.target.column,
      rows: test.map((row) => ({ id: row.id, text: wholeText(itemOf(row)) })),
    }),
  card: cardOf,
  describe: (recipe) => describeTextEncoder(recipe, { stratified: "by tenths of the number" }),
  summary: ({ target, model }) => [
    ["predicts", `${target.column}, ${showNumber(target.minimum)} to ${showNumber(target.maximum)} in training`],
    encoderLine(model),
  ],
  texts: textsOf,
  labelled: labelledText("target"),
  evaluationRows: (_, source) => evaluationRows(source),
  draft: draftRegression,
  sample: { file: "reviews.csv", content: sampleReviews },
  answers,
  monitoring,
  served,
  quality: numberQuality,
  review: numberReview,
};
