import { ML_DOMAIN } from "../../graph/graph.ts";
import {
  type AttributeSpecs,
  type Attributes,
  defineOperator,
  type InferenceContext,
  notDifferentiable,
  type Operator,
} from "../operator.ts";
import { sigmoid } from "../reference-kernels.ts";
import { argmax, type ClassLabels, classLabels, labelsOf } from "./labels.ts";
import { POST_TRANSFORMS, postTransformFault } from "./post-transform.ts";
import { fromRows, inferRows, rowsOf } from "./rows.ts";
import { NODE_ATTRIBUTES, readForest } from "./tree-nodes.ts";
import { AGGREGATES, type Forest, forestFault, leafWeights, listOrTensor, targetsAlwaysMet } from "./trees.ts";

/** Why no gradient passes a tree. */
export const STEPS = notDifferentiable("trees are constant between their splits");

const REGRESSOR_ATTRIBUTES = {
  ...NODE_ATTRIBUTES,
  aggregate_function: { type: "string", default: "SUM" },
  n_targets: { type: "int" },
  target_ids: { type: "ints" },
  target_nodeids: { type: "ints" },
  target_treeids: { type: "ints" },
  target_weights: { type: "floats" },
  target_weights_as_tensor: { type: "tensor" },
} as const satisfies AttributeSpecs;

const CLASSIFIER_ATTRIBUTES = {
  ...NODE_ATTRIBUTES,
  class_ids: { type: "ints" },
  class_nodeids: { type: "ints" },
  class_treeids: { type: "ints" },
  class_weights: { type: "floats" },
  class_weights_as_tensor: { type: "tensor" },
  classlabels_int64s: { type: "ints" },
  classlabels_strings: { type: "strings" },
} as const satisfies AttributeSpecs;

/** Decision trees of opsets 1 to 4, one by one, as forests and boosted. */
export const treeEnsembles = {
  /** What the leaves that a row falls into say together, `[rows, n_targets]`, plus the base values. */
  TreeEnsembleRegressor: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    attributes: REGRESSOR_ATTRIBUTES,
    infer: (c) => {
      const { count } = inferRows(c, c.inputs[0].shape);
      const { n_targets, aggregate_function: aggregate, post_transform } = c.attributes;
      const targets = n_targets ?? c.fail("n_targets is given", "none");
      if (!Object.hasOwn(AGGREGATES, aggregate))
        c.fail(`aggregate_function is ${Object.keys(AGGREGATES).join(", ")}`, aggregate);
      const fault = postTransformFault(post_transform, targets);
      if (fault !== undefined) c.fail(fault, post_transform);
      const met = targetsAlwaysMet(checkForest(c, regressorForest(c.attributes), targets));
      checkBase(c, targets);
      if (targets > 1 && baseValues(c.attributes).length > 0 && met.size < targets)
        c.fail(
          "with base values each row has a weight for each target, since ONNX Runtime leaves out the base of others",
          `${met.size}`,
        );
      return [{ dtype: "float32", shape: [count, targets] }];
    },
    gradient: STEPS,
    reference: ([x], { attributes }) => {
      const { n_targets: targets = 1, aggregate_function, post_transform } = attributes;
      const forest = regressorForest(attributes) as Forest;
      const base = baseValues(attributes);
      const rows = rowsOf(x).map((row) => {
        const scores = leafWeights(forest, row, targets).map(
          (weights, k) => AGGREGATES[aggregate_function]!(weights, forest.roots.length) + (base[k] ?? 0),
        );
        return POST_TRANSFORMS[post_transform]!(scores);
      });
      return [fromRows(rows, targets)];
    },
  }),

  /**
   * The label of the greatest score among the classes that leaves speak of, and all scores. Two classes share one score, the second one's: above
   * ½ where no weight is negative, otherwise above 0, the second label is taken.
   */
  TreeEnsembleClassifier: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y", "Z"],
    strings: "made",
    attributes: CLASSIFIER_ATTRIBUTES,
    infer: (c) => {
      const { count } = inferRows(c, c.inputs[0].shape);
      const { class_ids: ids = [], post_transform } = c.attributes;
      const labels = labelsFor(c.attributes);
      if (labels === undefined || labels.values.length < 2)
        return c.fail("two or more classlabels are given, of one kind", "others");
      const classes = labels.values.length;
      const isBinary = classes === 2;
      if (isBinary && ids.some((id) => id !== 0))
        c.fail("class_ids of two classes are 0, since ONNX Runtime misnames labels otherwise", `[${ids}]`);
      if (isBinary && !Object.hasOwn(BINARY_SCORES, post_transform))
        c.fail(`post_transform of two classes is ${Object.keys(BINARY_SCORES).join(" or ")}`, post_transform);
      const fault = postTransformFault(post_transform, classes);
      if (fault !== undefined) c.fail(fault, post_transform);
      checkForest(c, classifierForest(c.attributes), classes);
      checkBase(c, isBinary ? 1 : classes);
      return [
        { dtype: labels.dtype, shape: [count] },
        { dtype: "float32", shape: [count, classes] },
      ];
    },
    gradient: STEPS,
    reference: ([x], { attributes }) => {
      const labels = labelsFor(attributes)!;
      const forest = classifierForest(attributes) as Forest;
      const evaluated = rowsOf(x).map((row) =>
        (labels.values.length === 2 ? binaryScores : classScores)(
          leafWeights(forest, row, labels.values.length),
          attributes,
        ),
      );
      const scores = evaluated.map((result) => result.scores);
      return [
        labelsOf(
          labels,
          evaluated.map(({ chosen }) => chosen),
        ),
        fromRows(scores, labels.values.length),
      ];
    },
  }),
} satisfies Record<string, Operator>;

type ClassifierAttributes = Attributes<typeof CLASSIFIER_ATTRIBUTES>;
type LeafWeights = readonly (readonly number[])[];

interface Evaluated {
  readonly chosen: number;
  readonly scores: readonly number[];
}

/** Both classes' scores from the second one's; `isShare` where it lies between 0 and 1. */
const BINARY_SCORES: Readonly<Record<string, (score: number, isShare: boolean) => readonly [number, number]>> = {
  NONE: (score, isShare) => [isShare ? 1 - score : -score, score],
  LOGISTIC: (score) => [sigmoid(-score), sigmoid(score)],
};

function binaryScores([weights]: LeafWeights, attributes: ClassifierAttributes): Evaluated {
  const isShare = classWeights(attributes).every((weight) => weight >= 0);
  const score = AGGREGATES.SUM!(weights!, 1) + (baseValues(attributes)[0] ?? 0);
  const scores = BINARY_SCORES[attributes.post_transform]!(score, isShare);
  return { chosen: Number(score > (isShare ? 0.5 : 0)), scores };
}

function classScores(weights: LeafWeights, attributes: ClassifierAttributes): Evaluated {
  const base = baseValues(attributes);
  const raw = weights.map((own, k) => AGGREGATES.SUM!(own, 1) + (base[k] ?? 0));
  const isGiven = (k: number) => weights[k]!.length > 0 || base.length > 0;
  const chosen = argmax(raw.map((score, k) => (isGiven(k) ? score : Number.NEGATIVE_INFINITY)));
  return { chosen, scores: POST_TRANSFORMS[attributes.post_transform]!(raw) };
}

function labelsFor(attributes: ClassifierAttributes): ClassLabels | undefined {
  return classLabels(attributes.classlabels_int64s, attributes.classlabels_strings);
}

function baseValues({ base_values, base_values_as_tensor }: Attributes<typeof NODE_ATTRIBUTES>): readonly number[] {
  return listOrTensor(base_values, base_values_as_tensor);
}

function classWeights({ class_weights, class_weights_as_tensor }: ClassifierAttributes): readonly number[] {
  return listOrTensor(class_weights, class_weights_as_tensor);
}

function classifierForest(attributes: ClassifierAttributes): Forest | string {
  return readForest(attributes, {
    trees: attributes.class_treeids,
    nodes: attributes.class_nodeids,
    targets: attributes.class_ids,
    weights: classWeights(attributes),
  });
}

function regressorForest(attributes: Attributes<typeof REGRESSOR_ATTRIBUTES>): Forest | string {
  return readForest(attributes, {
    trees: attributes.target_treeids,
    nodes: attributes.target_nodeids,
    targets: attributes.target_ids,
    weights: listOrTensor(attributes.target_weights, attributes.target_weights_as_tensor),
  });
}

type ForestRule = Pick<InferenceContext<typeof NODE_ATTRIBUTES, readonly ["X"]>, "fail" | "inputs" | "attributes">;

/** Refuses lists that describe no forest over the input's features and the targets. */
export function checkForest(c: Pick<ForestRule, "fail">, forest: Forest | string, targets: number): Forest {
  const walked = typeof forest === "string" ? c.fail(forest, "others") : forest;
  const fault = forestFault(walked);
  if (fault !== undefined) c.fail(fault, "others");
  const all = walked.nodes.flatMap((node) => ("weights" in node ? node.weights : []));
  const odd = all.find(({ target }) => target < 0 || target >= targets);
  if (odd !== undefined) c.fail(`leaves speak of targets below ${targets}`, String(odd.target));
  return walked;
}

function checkBase(c: ForestRule, count: number): void {
  const { length } = baseValues(c.attributes);
  if (length !== 0 && length !== count) c.fail(`there are ${count} base values or none`, String(length));
}
