import { ML_DOMAIN } from "../../graph/graph.ts";
import {
  type AttributeSpecs,
  type Attributes,
  defineOperator,
  type InferenceContext,
  notDifferentiable,
  type Operator,
} from "../operator.ts";
import { sigmoid, sum } from "../reference-kernels.ts";
import { KERNEL_NAMES, kernelValues, SUPPORT_ATTRIBUTES } from "./kernels.ts";
import { argmax, type ClassLabels, classLabels, labelsOf } from "./labels.ts";
import { coupleProbabilities, pairProbability } from "./pairwise-probabilities.ts";
import { POST_TRANSFORMS, postTransformFault } from "./post-transform.ts";
import { fromRows, inferRows, PREPROCESSING, rowsOf } from "./rows.ts";

const REGRESSOR_ATTRIBUTES = {
  ...SUPPORT_ATTRIBUTES,
  n_supports: { type: "int", default: 0 },
  one_class: { type: "int", default: 0 },
} as const satisfies AttributeSpecs;

const CLASSIFIER_ATTRIBUTES = {
  ...SUPPORT_ATTRIBUTES,
  classlabels_ints: { type: "ints" },
  classlabels_strings: { type: "strings" },
  prob_a: { type: "floats" },
  prob_b: { type: "floats" },
  vectors_per_class: { type: "ints" },
} as const satisfies AttributeSpecs;

/** Machines of support vectors, as libsvm makes them. */
export const supportVectors = {
  /** Σ coefficient·kernel(x, vector) + rho, `[rows, 1]`; without vectors the coefficients are one. One class: its sign, 1 or −1. */
  SVMRegressor: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    attributes: REGRESSOR_ATTRIBUTES,
    infer: (c) => {
      const { count, width } = inferRows(c, c.inputs[0].shape);
      const { coefficients = [], n_supports, support_vectors = [], rho = [], post_transform } = c.attributes;
      checkKernel(c);
      if (rho.length !== 1) c.fail("rho is one number", String(rho.length));
      const vectors = n_supports === 0 ? coefficients : support_vectors;
      if (typeof width === "number" && vectors.length !== Math.max(1, n_supports) * width)
        c.fail(`there are ${Math.max(1, n_supports)}·${width} numbers of vectors`, String(vectors.length));
      if (n_supports !== 0 && coefficients.length !== n_supports)
        c.fail(`there are ${n_supports} coefficients`, String(coefficients.length));
      const fault = postTransformFault(post_transform, 1);
      if (fault !== undefined) c.fail(fault, post_transform);
      return [{ dtype: "float32", shape: [count, 1] }];
    },
    gradient: notDifferentiable(PREPROCESSING),
    reference: ([x], { attributes }) => {
      const { coefficients = [], n_supports, support_vectors = [], rho = [], one_class, post_transform } = attributes;
      const rows = rowsOf(x).map((row) => {
        const weighted =
          n_supports === 0
            ? kernelValues(row, coefficients, attributes)
            : kernelValues(row, support_vectors, attributes).map((value, i) => value * coefficients[i]!);
        const score = sum(weighted) + rho[0]!;
        return POST_TRANSFORMS[post_transform]!([one_class === 1 ? (score > 0 ? 1 : -1) : score]);
      });
      return [fromRows(rows, 1)];
    },
  }),

  /**
   * Each pair of classes decides for one of the two; the class of most pairs is the label. Scores are the decisions pair by pair, of two classes
   * −s and s, or with `prob_a` and `prob_b` the probabilities of the classes.
   */
  SVMClassifier: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y", "Z"],
    strings: "made",
    attributes: CLASSIFIER_ATTRIBUTES,
    infer: (c) => {
      const { count, width } = inferRows(c, c.inputs[0].shape);
      const labels = labelsFor(c.attributes) ?? c.fail("classlabels are integers or texts", "none or both");
      checkKernel(c);
      const machine = machineOf(c.attributes);
      const classes = labels.values.length;
      if (machine.perClass.length !== classes || classes < 2)
        c.fail(`vectors_per_class has a number for each of two or more labels`, String(machine.perClass.length));
      const vectors = sum(machine.perClass);
      if (typeof width === "number" && machine.vectors.length !== vectors * width)
        c.fail(`there are ${vectors}·${width} numbers of vectors`, String(machine.vectors.length));
      if (machine.coefficients.length !== (classes - 1) * vectors)
        c.fail(`there are ${classes - 1}·${vectors} coefficients`, String(machine.coefficients.length));
      const pairs = (classes * (classes - 1)) / 2;
      if (machine.rho.length !== pairs)
        c.fail(`rho has a number for each of ${pairs} pairs`, String(machine.rho.length));
      const { prob_a: a = [], prob_b: b = [], post_transform } = c.attributes;
      if (a.length !== b.length || (a.length !== 0 && a.length !== pairs))
        c.fail(`prob_a and prob_b have ${pairs} numbers or none`, `${a.length} and ${b.length}`);
      const transforms = a.length > 0 ? ["NONE"] : Object.keys(classes === 2 ? PAIR_SCORES : POST_TRANSFORMS);
      if (!transforms.includes(post_transform)) c.fail(`post_transform is ${transforms.join(" or ")}`, post_transform);
      return [
        { dtype: labels.dtype, shape: [count] },
        { dtype: "float32", shape: [count, a.length > 0 || classes === 2 ? classes : pairs] },
      ];
    },
    gradient: notDifferentiable(PREPROCESSING),
    reference: ([x], { attributes }) => {
      const labels = labelsFor(attributes)!;
      const classes = labels.values.length;
      const decided = rowsOf(x).map((row) => decisions(row, attributes));
      const chosen = decided.map((own) => argmax(votes(own, classes)));
      const scores = decided.map((own) => scoresOf(own, classes, attributes));
      return [labelsOf(labels, chosen), fromRows(scores, scores[0]?.length ?? classes)];
    },
  }),
} satisfies Record<string, Operator>;

type ClassifierAttributes = Attributes<typeof CLASSIFIER_ATTRIBUTES>;

/** What is decided for the first class of a pair where it is above 0. */
interface Decision {
  readonly first: number;
  readonly second: number;
  readonly value: number;
}

/** Two classes' scores from the decision for the first. */
const PAIR_SCORES: Readonly<Record<string, (decision: number) => readonly number[]>> = {
  NONE: (decision) => [-decision, decision],
  LOGISTIC: (decision) => [sigmoid(-decision), sigmoid(decision)],
};

/** Coefficients lie as libsvm has them: row j − 1 of class i's vectors, and row i of class j's, are those of the pair i < j. */
function decisions(row: Float64Array, attributes: ClassifierAttributes): readonly Decision[] {
  const { perClass, vectors, coefficients, rho } = machineOf(attributes);
  const values = kernelValues(row, vectors, attributes);
  const starts = perClass.map((_, i) => sum(perClass.slice(0, i)));
  const part = (owner: number, other: number) =>
    sum(
      Array.from({ length: perClass[owner]! }, (_, k) => {
        const place = starts[owner]! + k;
        return coefficients[other * values.length + place]! * values[place]!;
      }),
    );
  const pairs = perClass.flatMap((_, first) =>
    perClass.flatMap((_, second) => (second > first ? [{ first, second }] : [])),
  );
  return pairs.map(({ first, second }, k) => ({
    first,
    second,
    value: part(first, second - 1) + part(second, first) + rho[k]!,
  }));
}

function votes(decided: readonly Decision[], classes: number): readonly number[] {
  const winners = decided.map(({ first, second, value }) => (value > 0 ? first : second));
  return Array.from({ length: classes }, (_, i) => winners.filter((winner) => winner === i).length);
}

function scoresOf(decided: readonly Decision[], classes: number, attributes: ClassifierAttributes): readonly number[] {
  const { prob_a: a = [], prob_b: b = [], post_transform } = attributes;
  if (a.length === 0) {
    if (classes === 2) return PAIR_SCORES[post_transform]!(decided[0]!.value);
    return POST_TRANSFORMS[post_transform]!(decided.map(({ value }) => value));
  }
  const pairs = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [k, { first, second, value }] of decided.entries()) {
    pairs[first]![second] = pairProbability(value, a[k]!, b[k]!);
    pairs[second]![first] = 1 - pairs[first]![second]!;
  }
  return coupleProbabilities(pairs);
}

function machineOf(attributes: ClassifierAttributes) {
  const { vectors_per_class: perClass = [], support_vectors: vectors = [], coefficients = [], rho = [] } = attributes;
  return { perClass, vectors, coefficients, rho };
}

function labelsFor({ classlabels_ints, classlabels_strings }: ClassifierAttributes): ClassLabels | undefined {
  return classLabels(classlabels_ints, classlabels_strings);
}

function checkKernel(c: Pick<InferenceContext<typeof SUPPORT_ATTRIBUTES>, "attributes" | "fail">): void {
  const { kernel_type, kernel_params = [] } = c.attributes;
  if (!KERNEL_NAMES.includes(kernel_type)) c.fail(`kernel_type is ${KERNEL_NAMES.join(", ")}`, kernel_type);
  if (kernel_params.length !== 3) c.fail("kernel_params are gamma, coef0 and degree", String(kernel_params.length));
}
