import { tensorFrom } from "../../tensor/tensor.ts";
import type { OperatorCase } from "../operator-case.ts";
import { values } from "../random-tensors.ts";

/** Two features, NaN among them, and a value that is a split. */
const rows = values("float32", [6, 2], [0.1, 3, 0.7, -1, 0.7, 2, Number.NaN, 0, 0.10000001, Number.NaN, 5, 2.5]);

/** x₀ ≤ 0.1 ? leaf 1 : (x₁ > 2 ? leaf 3 : leaf 4), and beside it a stump x₁ < 0, to which NaN goes left. */
const NODES = {
  nodes_treeids: [0, 0, 0, 0, 0, 1, 1, 1],
  nodes_nodeids: [0, 1, 2, 3, 4, 0, 1, 2],
  nodes_featureids: [0, 0, 1, 0, 0, 1, 0, 0],
  nodes_values: [0.1, 0, 2, 0, 0, 0, 0, 0],
  nodes_modes: ["BRANCH_LEQ", "LEAF", "BRANCH_GT", "LEAF", "LEAF", "BRANCH_LT", "LEAF", "LEAF"],
  nodes_truenodeids: [1, 0, 3, 0, 0, 1, 0, 0],
  nodes_falsenodeids: [2, 0, 4, 0, 0, 2, 0, 0],
  nodes_missing_value_tracks_true: [0, 0, 0, 0, 0, 1, 0, 0],
};

function leaves(
  prefix: "target" | "class",
  entries: readonly (readonly [tree: number, node: number, id: number, weight: number])[],
) {
  return {
    [`${prefix}_treeids`]: entries.map(([tree]) => tree),
    [`${prefix}_nodeids`]: entries.map(([, node]) => node),
    [`${prefix}_ids`]: entries.map(([, , id]) => id),
    [`${prefix}_weights`]: entries.map(([, , , weight]) => weight),
  };
}

const ONE_TARGET = leaves("target", [
  [0, 1, 0, 0.25],
  [0, 3, 0, -1.5],
  [0, 4, 0, 2],
  [1, 1, 0, 0.5],
  [1, 2, 0, -0.25],
]);
const TWO_TARGETS = leaves("target", [
  [0, 1, 0, 0.25],
  [0, 1, 1, 1],
  [0, 3, 1, -1.5],
  [0, 4, 0, 2],
  [1, 1, 0, 0.5],
  [1, 2, 1, -0.25],
]);
const ALL_TARGETS = leaves("target", [
  [0, 1, 0, 0.25],
  [0, 3, 0, 1],
  [0, 4, 0, 2],
  [1, 1, 1, 0.5],
  [1, 2, 1, -0.25],
]);
const SHARES = leaves("class", [
  [0, 1, 0, 0.25],
  [0, 3, 0, 0.5],
  [0, 4, 0, 0],
  [1, 1, 0, 0.5],
  [1, 2, 0, 0.125],
]);
const SIGNED = leaves("class", [
  [0, 1, 0, 0.25],
  [0, 3, 0, -1.5],
  [0, 4, 0, 2],
  [1, 1, 0, 0.5],
  [1, 2, 0, -0.375],
]);
const CLASSES = leaves("class", [
  [0, 1, 0, 0.25],
  [0, 3, 1, 0.5],
  [0, 4, 2, 1],
  [1, 1, 0, 0.125],
  [1, 2, 1, 0.375],
]);

const regressor = (attributes: OperatorCase["attributes"]) => ({
  inputs: [rows],
  attributes: { ...NODES, ...attributes },
});
const classifier = (attributes: OperatorCase["attributes"]) => ({ ...regressor(attributes), outputCount: 2 });

/** The same trees as lists of nodes and leaves; a node asks whether x₁ is 2 or 3. */
const TENSORS = {
  tree_roots: [0, 2],
  nodes_featureids: [0, 1, 1],
  nodes_modes: tensorFrom("uint8", [3], [0, 6, 1]),
  nodes_splits: tensorFrom("float32", [3], [0.1, 0, 0]),
  membership_values: tensorFrom("float32", [3], [2, 3, Number.NaN]),
  nodes_truenodeids: [0, 1, 3],
  nodes_trueleafs: [1, 1, 1],
  nodes_falsenodeids: [1, 2, 4],
  nodes_falseleafs: [0, 1, 1],
  nodes_missing_value_tracks_true: [0, 0, 1],
  leaf_targetids: [0, 0, 1, 0, 1],
  leaf_weights: tensorFrom("float32", [5], [0.25, -1.5, 2, 0.5, -0.25]),
  n_targets: 2,
};

export const mlTreesCases = {
  TreeEnsembleRegressor: [
    { name: "two trees", ...regressor({ ...ONE_TARGET, n_targets: 1 }) },
    {
      name: "their mean",
      ...regressor({ ...ONE_TARGET, n_targets: 1, aggregate_function: "AVERAGE", base_values: [0.125] }),
    },
    { name: "two targets, on base values", ...regressor({ ...ALL_TARGETS, n_targets: 2, base_values: [0.5, -1] }) },
    { name: "the least", ...regressor({ ...TWO_TARGETS, n_targets: 2, aggregate_function: "MIN" }) },
    { name: "the greatest", ...regressor({ ...TWO_TARGETS, n_targets: 2, aggregate_function: "MAX" }) },
    { name: "logistic", ...regressor({ ...TWO_TARGETS, n_targets: 2, post_transform: "LOGISTIC" }) },
    {
      name: "splits as float64",
      inputs: [{ ...rows, dtype: "float64" as const }],
      attributes: {
        ...NODES,
        ...ONE_TARGET,
        n_targets: 1,
        nodes_values: undefined,
        nodes_values_as_tensor: tensorFrom("float64", [8], NODES.nodes_values),
        target_weights: undefined,
        target_weights_as_tensor: tensorFrom("float64", [5], [0.25, -1.5, 2, 0.5, -0.25]),
      },
    },
  ],
  TreeEnsembleClassifier: [
    { name: "shares of two classes", ...classifier({ ...SHARES, classlabels_int64s: [4, 8] }) },
    { name: "scores of two classes", ...classifier({ ...SIGNED, classlabels_strings: ["no", "yes"] }) },
    {
      name: "two classes on a base value",
      ...classifier({ ...SIGNED, classlabels_int64s: [0, 1], base_values: [-0.375] }),
    },
    {
      name: "two classes as probabilities",
      ...classifier({ ...SIGNED, classlabels_int64s: [0, 1], post_transform: "LOGISTIC" }),
    },
    { name: "three classes", ...classifier({ ...CLASSES, classlabels_int64s: [4, 8, 6] }) },
    {
      name: "three classes as probabilities",
      ...classifier({ ...CLASSES, classlabels_strings: ["x", "y", ""], post_transform: "SOFTMAX" }),
    },
    {
      name: "softmax without zeros",
      ...classifier({ ...CLASSES, classlabels_int64s: [4, 8, 6], post_transform: "SOFTMAX_ZERO" }),
    },
    {
      name: "three classes on base values",
      ...classifier({ ...CLASSES, classlabels_int64s: [4, 8, 6], base_values: [0.5, 0, -1] }),
    },
  ],
  TreeEnsemble: [
    { name: "the sum", inputs: [rows], attributes: TENSORS },
    { name: "the mean", inputs: [rows], attributes: { ...TENSORS, aggregate_function: 0 } },
    { name: "softmax without zeros", inputs: [rows], attributes: { ...TENSORS, post_transform: 3 } },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
