import { ML_DOMAIN } from "../../graph/graph.ts";
import { type AttributeSpecs, type Attributes, defineOperator, notDifferentiable, type Operator } from "../operator.ts";
import { sigmoid } from "../reference-kernels.ts";
import { argmax, classLabels, labelsOf } from "./labels.ts";
import { POST_TRANSFORMS, postTransformFault } from "./post-transform.ts";
import { fromRows, inferRows, PREPROCESSING, rowsOf } from "./rows.ts";

const CLASSIFIER_ATTRIBUTES = {
  classlabels_ints: { type: "ints" },
  classlabels_strings: { type: "strings" },
  coefficients: { type: "floats" },
  intercepts: { type: "floats" },
  multi_class: { type: "int", default: 0 },
  post_transform: { type: "string", default: "NONE" },
} as const satisfies AttributeSpecs;

/** What two classes make of a single score. */
const SINGLE_SCORE: Readonly<Record<string, (score: number) => readonly [number, number]>> = {
  NONE: (score) => [1 - score, score],
  LOGISTIC: (score) => [sigmoid(-score), sigmoid(score)],
};

/** Linear models whose weights are attributes. */
export const linear = {
  /** x·coefficientsᵀ + intercepts, `[rows, targets]`; coefficients lie target by target. */
  LinearRegressor: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {
      coefficients: { type: "floats" },
      intercepts: { type: "floats" },
      post_transform: { type: "string", default: "NONE" },
      targets: { type: "int", default: 1 },
    },
    infer: (c) => {
      const { count, width } = inferRows(c, c.inputs[0].shape);
      const { coefficients = [], intercepts = [], targets, post_transform } = c.attributes;
      if (typeof width === "number" && coefficients.length !== targets * width)
        c.fail(`there are ${targets}·${width} coefficients`, String(coefficients.length));
      if (intercepts.length !== 0 && intercepts.length !== targets)
        c.fail(`there are ${targets} intercepts or none`, String(intercepts.length));
      const fault = postTransformFault(post_transform, targets);
      if (fault !== undefined) c.fail(fault, post_transform);
      return [{ dtype: "float32", shape: [count, targets] }];
    },
    gradient: notDifferentiable(PREPROCESSING),
    reference: ([x], { attributes: { coefficients = [], intercepts = [], targets, post_transform } }) => {
      const rows = rowsOf(x).map((row) => linearScores(row, { coefficients, intercepts, count: targets }));
      return [fromRows(rows.map(POST_TRANSFORMS[post_transform]!), targets)];
    },
  }),

  /** The label of the greatest score, and the scores. One score for two labels is the second one's: positive takes it. */
  LinearClassifier: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y", "Z"],
    strings: "made",
    attributes: CLASSIFIER_ATTRIBUTES,
    infer: (c) => {
      const { count, width } = inferRows(c, c.inputs[0].shape);
      const { coefficients = [], intercepts = [], post_transform } = c.attributes;
      const labels = labelsFor(c.attributes) ?? c.fail("classlabels are integers or texts", "none or both");
      const scores = intercepts.length;
      if (scores !== labels.values.length && !(scores === 1 && labels.values.length === 2))
        c.fail(`there is an intercept for each of ${labels.values.length} labels, or one for two`, String(scores));
      if (typeof width === "number" && coefficients.length !== scores * width)
        c.fail(`there are ${scores}·${width} coefficients`, String(coefficients.length));
      const isKnown = scores === 1 ? Object.hasOwn(SINGLE_SCORE, post_transform) : undefined;
      if (isKnown === false)
        c.fail("post_transform of a single score for two labels is NONE or LOGISTIC", post_transform);
      const fault = isKnown === true ? undefined : postTransformFault(post_transform, scores);
      if (fault !== undefined) c.fail(fault, post_transform);
      return [
        { dtype: labels.dtype, shape: [count] },
        { dtype: "float32", shape: [count, labels.values.length] },
      ];
    },
    gradient: notDifferentiable(PREPROCESSING),
    reference: ([x], { attributes }) => {
      const { coefficients = [], intercepts = [], post_transform } = attributes;
      const labels = labelsFor(attributes)!;
      const rows = rowsOf(x).map((row) => linearScores(row, { coefficients, intercepts, count: intercepts.length }));
      const isSingle = intercepts.length === 1;
      const chosen = rows.map((scores) => (isSingle ? Number(scores[0]! > 0) : argmax(scores)));
      const transform = isSingle
        ? ([score]: readonly number[]) => SINGLE_SCORE[post_transform]!(score!)
        : POST_TRANSFORMS[post_transform]!;
      return [labelsOf(labels, chosen), fromRows(rows.map(transform), labels.values.length)];
    },
  }),
} satisfies Record<string, Operator>;

function labelsFor({ classlabels_ints: ints, classlabels_strings: strings }: Attributes<typeof CLASSIFIER_ATTRIBUTES>) {
  return classLabels(ints, strings);
}

interface LinearModel {
  readonly coefficients: readonly number[];
  readonly intercepts: readonly number[];
  readonly count: number;
}

function linearScores(row: Float64Array, { coefficients, intercepts, count }: LinearModel): number[] {
  return Array.from({ length: count }, (_, k) =>
    row.reduce((total, value, i) => total + value * coefficients[k * row.length + i]!, intercepts[k] ?? 0),
  );
}
