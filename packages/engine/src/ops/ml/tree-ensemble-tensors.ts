import { ML_DOMAIN } from "../../graph/graph.ts";
import { type AttributeSpecs, type Attributes, defineOperator, type Operator } from "../operator.ts";
import { POST_TRANSFORM_NAMES, POST_TRANSFORMS, postTransformFault } from "./post-transform.ts";
import { inferRows, rowsOf } from "./rows.ts";
import { checkForest, STEPS } from "./tree-ensemble.ts";
import {
  AGGREGATE_NAMES,
  AGGREGATES,
  BRANCHES,
  type Forest,
  leafWeights,
  listOrTensor,
  type TreeNode,
} from "./trees.ts";

const ATTRIBUTES = {
  aggregate_function: { type: "int", default: 1 },
  leaf_targetids: { type: "ints" },
  leaf_weights: { type: "tensor" },
  membership_values: { type: "tensor" },
  n_targets: { type: "int" },
  nodes_falseleafs: { type: "ints" },
  nodes_falsenodeids: { type: "ints" },
  nodes_featureids: { type: "ints" },
  nodes_hitrates: { type: "tensor" },
  nodes_missing_value_tracks_true: { type: "ints" },
  nodes_modes: { type: "tensor" },
  nodes_splits: { type: "tensor" },
  nodes_trueleafs: { type: "ints" },
  nodes_truenodeids: { type: "ints" },
  post_transform: { type: "int", default: 0 },
  tree_roots: { type: "ints" },
} as const satisfies AttributeSpecs;

/** The modes in the order of their numbers; one more is membership in a set. */
const MODES = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"] as const;
const MEMBER = MODES.length;

/** The specification's numbers of these two are each other's in ONNX Runtime 1.30. */
const EXCHANGED: readonly string[] = ["SOFTMAX", "LOGISTIC"];

/** Trees of opset 5: nodes and leaves are lists of their own, and a node may ask whether a feature is in a set. */
export const tensorTreeEnsembles = {
  /** What the leaves that a row falls into say together, `[rows, n_targets]`, in the input's dtype. */
  TreeEnsemble: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    attributes: ATTRIBUTES,
    infer: (c) => {
      const [{ dtype, shape }] = c.inputs;
      const { count } = inferRows(c, shape);
      const { n_targets: targets = 1, aggregate_function, post_transform } = c.attributes;
      if (AGGREGATE_NAMES[aggregate_function] === undefined)
        c.fail(`aggregate_function is below ${AGGREGATE_NAMES.length}`, String(aggregate_function));
      const fault = postTransformFault(POST_TRANSFORM_NAMES[post_transform] ?? "", targets);
      if (fault !== undefined) c.fail(fault, String(post_transform));
      if (EXCHANGED.includes(POST_TRANSFORM_NAMES[post_transform]!))
        c.fail("post_transform is neither 1 nor 2, which ONNX Runtime takes for each other", String(post_transform));
      checkForest(c, readTensorForest(c.attributes), targets);
      return [{ dtype, shape: [count, targets] }];
    },
    gradient: STEPS,
    reference: ([x], { attributes }) => {
      const { n_targets: targets = 1, aggregate_function, post_transform } = attributes;
      const forest = readTensorForest(attributes) as Forest;
      const aggregate = AGGREGATES[AGGREGATE_NAMES[aggregate_function]!]!;
      const transform = POST_TRANSFORMS[POST_TRANSFORM_NAMES[post_transform]!]!;
      const rows = rowsOf(x).map((row) =>
        transform(leafWeights(forest, row, targets).map((weights) => aggregate(weights, forest.roots.length))),
      );
      return [{ dtype: x.dtype, shape: [rows.length, targets], data: Float64Array.from(rows.flat()) }];
    },
  }),
} satisfies Record<string, Operator>;

/** Nodes first, leaves behind them; or what is wrong with the lists. */
function readTensorForest(attributes: Attributes<typeof ATTRIBUTES>): Forest | string {
  const modes = listOrTensor(undefined, attributes.nodes_modes);
  const splits = listOrTensor(undefined, attributes.nodes_splits);
  const weights = listOrTensor(undefined, attributes.leaf_weights);
  const { nodes_featureids: features = [], leaf_targetids: targets = [], tree_roots: roots = [] } = attributes;
  const { nodes_truenodeids: trueIds = [], nodes_trueleafs: trueLeafs = [] } = attributes;
  const { nodes_falsenodeids: falseIds = [], nodes_falseleafs: falseLeafs = [] } = attributes;
  const lists = [splits, features, trueIds, trueLeafs, falseIds, falseLeafs];
  if (lists.some((list) => list.length !== modes.length)) return "the lists of nodes are equally long";
  if (targets.length !== weights.length) return "the lists of leaves are equally long";
  const sets = memberSets(listOrTensor(undefined, attributes.membership_values));
  if (sets.length !== modes.filter((mode) => mode === MEMBER).length) return "each node of membership has its set";

  const tracks = attributes.nodes_missing_value_tracks_true ?? [];
  const place = (id: number, isLeaf: number) => (isLeaf === 0 ? id : modes.length + id);
  let nextSet = 0;
  const nodes: TreeNode[] = [];
  for (const [i, mode] of modes.entries()) {
    const set = mode === MEMBER ? sets[nextSet++] : undefined;
    const branch = BRANCHES[MODES[mode] ?? ""];
    if (set === undefined && branch === undefined) return `modes are at most ${MEMBER}`;
    const [feature, split] = [features[i]!, splits[i]!];
    const holds = (value: number) => set?.has(value) ?? branch!(value, split);
    nodes.push({
      goesLeft: (row) => holds(row[feature]!) || (tracks[i] === 1 && Number.isNaN(row[feature])),
      left: place(trueIds[i]!, trueLeafs[i]!),
      right: place(falseIds[i]!, falseLeafs[i]!),
    });
  }
  const leaves = weights.map((weight, i): TreeNode => ({ weights: [{ target: targets[i]!, weight }] }));
  return { nodes: [...nodes, ...leaves], roots };
}

/** Sets stand one after another with NaN behind each. */
function memberSets(values: readonly number[]): readonly ReadonlySet<number>[] {
  const sets: Set<number>[] = [];
  let set = new Set<number>();
  for (const value of values) {
    if (!Number.isNaN(value)) set.add(value);
    else {
      sets.push(set);
      set = new Set();
    }
  }
  return sets;
}
