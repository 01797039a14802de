import type { AttributeSpecs, Attributes } from "../operator.ts";
import { BRANCHES, type Forest, listOrTensor, type TreeNode, type Weight } from "./trees.ts";

/** The attributes that list the nodes of all trees, as opsets 1 to 3 have them. */
export const NODE_ATTRIBUTES = {
  base_values: { type: "floats" },
  base_values_as_tensor: { type: "tensor" },
  nodes_falsenodeids: { type: "ints" },
  nodes_featureids: { type: "ints" },
  nodes_hitrates: { type: "floats" },
  nodes_hitrates_as_tensor: { type: "tensor" },
  nodes_missing_value_tracks_true: { type: "ints" },
  nodes_modes: { type: "strings" },
  nodes_nodeids: { type: "ints" },
  nodes_treeids: { type: "ints" },
  nodes_truenodeids: { type: "ints" },
  nodes_values: { type: "floats" },
  nodes_values_as_tensor: { type: "tensor" },
  post_transform: { type: "string", default: "NONE" },
} as const satisfies AttributeSpecs;

type NodeAttributes = Attributes<typeof NODE_ATTRIBUTES>;

/** Where a leaf's weights are: tree, node, target, weight, entry by entry. */
export interface LeafLists {
  readonly trees: readonly number[] | undefined;
  readonly nodes: readonly number[] | undefined;
  readonly targets: readonly number[] | undefined;
  readonly weights: readonly number[];
}

/** The forest that lists of nodes and of leaf weights describe, or what is wrong with the lists. */
export function readForest(attributes: NodeAttributes, leaves: LeafLists): Forest | string {
  const modes = attributes.nodes_modes ?? [];
  const values = listOrTensor(attributes.nodes_values, attributes.nodes_values_as_tensor);
  const { nodes_treeids: trees = [], nodes_nodeids: ids = [], nodes_featureids: features = [] } = attributes;
  const { nodes_truenodeids: trueIds = [], nodes_falsenodeids: falseIds = [] } = attributes;
  const lists = [values, trees, ids, features, trueIds, falseIds];
  if (lists.some((list) => list.length !== modes.length)) return "the lists of nodes are equally long";
  const { trees: leafTrees = [], nodes: leafNodes = [], targets = [], weights } = leaves;
  if ([leafTrees, leafNodes, targets].some((list) => list.length !== weights.length))
    return "the lists of leaf weights are equally long";

  const places = new Map(modes.map((_, i) => [`${trees[i]}:${ids[i]}`, i]));
  if (places.size !== modes.length) return "each node of a tree has its own id";
  const weightsOf = new Map<number, Weight[]>();
  for (const [k, weight] of weights.entries()) {
    const place = places.get(`${leafTrees[k]}:${leafNodes[k]}`);
    if (place === undefined) return "leaf weights are of nodes that exist";
    weightsOf.set(place, [...(weightsOf.get(place) ?? []), { target: targets[k]!, weight }]);
  }
  const tracks = attributes.nodes_missing_value_tracks_true ?? [];
  const nodes: TreeNode[] = [];
  for (const [i, mode] of modes.entries()) {
    if (mode === "LEAF") {
      nodes.push({ weights: weightsOf.get(i) ?? [] });
      continue;
    }
    const branch = Object.hasOwn(BRANCHES, mode) ? BRANCHES[mode] : undefined;
    if (branch === undefined) return `modes are LEAF, ${Object.keys(BRANCHES).join(", ")}`;
    const [left = -1, right = -1] = [trueIds[i], falseIds[i]].map((id) => places.get(`${trees[i]}:${id}`) ?? -1);
    const [feature, split, tracksTrue] = [features[i]!, values[i]!, tracks[i] === 1];
    const goesLeft = (row: Float64Array) => branch(row[feature]!, split) || (tracksTrue && Number.isNaN(row[feature]));
    nodes.push({ goesLeft, left, right });
  }
  // A tree begins with the node that is listed first.
  return { nodes, roots: [...new Set(trees)].map((tree) => trees.indexOf(tree)) };
}
