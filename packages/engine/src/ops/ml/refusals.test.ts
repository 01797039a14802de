import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../graph/builder.ts";
import type { PlainAttributes } from "../../graph/emitter.ts";
import { OPERATOR_CASES } from "../../testing/operator-cases/index.ts";
import type { OperatorName } from "../table.ts";

/** Both branches of the root lead to the same node, which branches on. */
const LOOPED = ["BRANCH_LEQ", "BRANCH_LEQ", "LEAF", "LEAF", "LEAF", "BRANCH_LT", "LEAF", "LEAF"];

/** Forms that break the specification, or that ONNX Runtime computes otherwise; each changes a case that is right. */
const REFUSED: readonly (readonly [opType: OperatorName, change: PlainAttributes, rule: RegExp])[] = [
  ["Scaler", { scale: [1, 2, 3] }, /offset and scale have 1 or 2 elements/],
  ["Normalizer", { norm: "L3" }, /norm is MAX, L1, L2/],
  ["Imputer", { imputed_value_floats: [1, 2, 3] }, /imputed values are 1 or 2/],
  ["Imputer", { imputed_value_int64s: [1] }, /floats or integers, got both/],
  ["FeatureVectorizer", { inputdimensions: [1] }, /a width for each of 2 inputs/],
  ["LabelEncoder", { values_int64s: [1] }, /keys for string and as many values/],
  ["LabelEncoder", { keys_int64s: [1, 2] }, /keys for string and as many values/],
  ["OneHotEncoder", { cats_int64s: [1] }, /categories are given for string/],
  ["CategoryMapper", { cats_int64s: [1] }, /as many values/],
  ["LinearRegressor", { coefficients: [1, 2, 3] }, /1·2 coefficients, got 3/],
  ["LinearRegressor", { post_transform: "LOGISTIC" }, /a single score is NONE or PROBIT/],
  ["LinearClassifier", { intercepts: [1, 2, 3] }, /an intercept for each of 2 labels/],
  ["LinearClassifier", { classlabels_strings: ["a", "b"] }, /classlabels are integers or texts/],
  ["LinearClassifier", { post_transform: "SQUARE" }, /post_transform is one of/],
  ["SVMRegressor", { kernel_type: "COSINE" }, /kernel_type is LINEAR, POLY, RBF, SIGMOID/],
  ["SVMRegressor", { rho: [] }, /rho is one number/],
  ["SVMClassifier", { vectors_per_class: [5] }, /a number for each of two or more labels/],
  ["SVMClassifier", { post_transform: "SOFTMAX" }, /post_transform is NONE or LOGISTIC/],
  ["TreeEnsembleRegressor", { nodes_truenodeids: [0, 0, 3, 0, 0, 1, 0, 0] }, /one way to it/],
  ["TreeEnsembleRegressor", { nodes_falsenodeids: [1, 0, 4, 0, 0, 2, 0, 0], nodes_modes: LOOPED }, /one way to it/],
  ["TreeEnsembleRegressor", { nodes_falsenodeids: [9, 0, 4, 0, 0, 2, 0, 0] }, /nodes that exist/],
  ["TreeEnsembleRegressor", { nodes_values: [1] }, /lists of nodes are equally long/],
  ["TreeEnsembleRegressor", { target_ids: [0, 0, 0, 0, 5] }, /targets below 1, got 5/],
  ["TreeEnsembleRegressor", { nodes_modes: new Array<string>(8).fill("BRANCH") }, /modes are LEAF/],
  ["TreeEnsembleRegressor", { base_values: [1, 2] }, /1 base values or none/],
  ["TreeEnsembleClassifier", { class_ids: [0, 1, 0, 1, 0] }, /ONNX Runtime misnames labels/],
  ["TreeEnsembleClassifier", { post_transform: "SOFTMAX" }, /of two classes is NONE or LOGISTIC/],
  ["TreeEnsemble", { post_transform: 1 }, /takes for each other/],
  ["TreeEnsemble", { tree_roots: [9] }, /nodes that exist/],
  ["TreeEnsemble", { leaf_targetids: [0] }, /lists of leaves are equally long/],
  ["TfIdfVectorizer", { ngram_counts: [0, 3] }, /whole ones each/],
  ["TfIdfVectorizer", { weights: [1] }, /4 n-grams have a weight, or none/],
  ["StringNormalizer", { case_change_action: "TITLE" }, /case_change_action is NONE, LOWER, UPPER/],
  ["RegexFullMatch", { pattern: "(" }, /pattern is a regular expression/],
  ["Tokenizer", { separators: [" "] }, /found by a regular expression/],
];

describe.each(REFUSED)("%s with %j", (opType, change, rule) => {
  test("is refused by its rule", () => {
    const [example] = OPERATOR_CASES[opType];
    const b = new GraphBuilder({ name: "refused" });
    const inputs = example!.inputs.map((input, i) => input && b.input(`x${i}`, input.dtype, input.shape));
    const build = (attributes: PlainAttributes) =>
      b.multi(opType, inputs, example!.outputCount ?? 1, { ...example!.attributes, ...attributes });
    expect(() => build({})).not.toThrow();
    expect(() => build(change)).toThrow(
      expect.objectContaining({ code: "ENGINE_SHAPE_MISMATCH", message: expect.stringMatching(rule) }),
    );
  });
});

test("trees of several targets on base values give each row a weight for each target", () => {
  const example = OPERATOR_CASES.TreeEnsembleRegressor.find(({ name }) => name === "the least")!;
  const b = new GraphBuilder({ name: "refused" });
  const x = b.input("x", "float32", ["n", 2]);
  expect(() => b.op("TreeEnsembleRegressor", [x], { ...example.attributes, base_values: [1, 2] })).toThrow(
    /a weight for each target/,
  );
});

test("operators on maps are refused by name, with what to do instead", () => {
  const b = new GraphBuilder({ name: "maps" });
  b.input("p", "float32", ["n", 2]);
  const zipMap = { name: "z", opType: "ZipMap", domain: "ai.onnx.ml", inputs: ["p"], outputs: ["m"], attributes: {} };
  expect(() => b.addNode(zipMap)).toThrowErrorMatchingInlineSnapshot(
    `[ModelwrightError: node "z": operator ai.onnx.ml.ZipMap is not in the operator table: it makes a sequence of maps; export with zipmap=False, which leaves the scores a tensor. FEATURES.md lists the operators; use one of them, or run the graph for inference only.]`,
  );
});
