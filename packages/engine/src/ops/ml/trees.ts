import type { AnyTensor } from "../../tensor/tensor.ts";
import { largest } from "../reference-kernels.ts";

/** Whether a feature takes the branch of a node that is called true; every comparison but ≠ is false for NaN. */
export const BRANCHES: Readonly<Record<string, (feature: number, split: number) => boolean>> = {
  BRANCH_LEQ: (feature, split) => feature <= split,
  BRANCH_LT: (feature, split) => feature < split,
  BRANCH_GTE: (feature, split) => feature >= split,
  BRANCH_GT: (feature, split) => feature > split,
  BRANCH_EQ: (feature, split) => feature === split,
  BRANCH_NEQ: (feature, split) => feature !== split,
};

/** What a leaf adds to a score. */
export interface Weight {
  readonly target: number;
  readonly weight: number;
}

export type TreeNode =
  | { readonly weights: readonly Weight[] }
  | { readonly goesLeft: (row: Float64Array) => boolean; readonly left: number; readonly right: number };

export interface Forest {
  readonly nodes: readonly TreeNode[];
  /** The nodes that trees begin with. */
  readonly roots: readonly number[];
}

/** How leaves of several trees become a score. */
export const AGGREGATES: Readonly<Record<string, (weights: readonly number[], trees: number) => number>> = {
  SUM: (weights) => total(weights),
  AVERAGE: (weights, trees) => total(weights) / trees,
  MIN: (weights) => (weights.length === 0 ? 0 : -largest(weights.map((weight) => -weight))),
  MAX: (weights) => (weights.length === 0 ? 0 : largest(weights)),
};

/** The aggregates in the order of TreeEnsemble's numbers. */
export const AGGREGATE_NAMES = ["AVERAGE", "SUM", "MIN", "MAX"] as const;

/** By target, what the trees' leaves say of a row: a list that is empty where no leaf has a weight. */
export function leafWeights(
  { nodes, roots }: Forest,
  row: Float64Array,
  targets: number,
): readonly (readonly number[])[] {
  const weights = Array.from({ length: targets }, (): number[] => []);
  for (const root of roots) {
    // A tree sums what one leaf has for one target; several entries of it are one weight.
    const own = new Map<number, number>();
    for (const { target, weight } of leafOf(nodes, root, row)) own.set(target, (own.get(target) ?? 0) + weight);
    for (const [target, weight] of own) weights[target]!.push(weight);
  }
  return weights;
}

function leafOf(nodes: readonly TreeNode[], root: number, row: Float64Array): readonly Weight[] {
  let node = nodes[root]!;
  while (!("weights" in node)) node = nodes[node.goesLeft(row) ? node.left : node.right]!;
  return node.weights;
}

/** Why a forest cannot be walked, if so. */
export function forestFault({ nodes, roots }: Forest): string | undefined {
  const entered = new Set<number>();
  const open = [...roots];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const node = nodes[place];
    if (node === undefined) return "branches lead to nodes that exist";
    if (entered.has(place) && !("weights" in node)) return "each node has one way to it";
    entered.add(place);
    if (!("weights" in node)) open.push(node.left, node.right);
  }
  return undefined;
}

/** The targets that every row gets a weight for, whichever leaves it falls into. */
export function targetsAlwaysMet({ nodes, roots }: Forest): ReadonlySet<number> {
  const metFrom = (place: number): readonly number[] => {
    const node = nodes[place]!;
    if ("weights" in node) return node.weights.map(({ target }) => target);
    const right = new Set(metFrom(node.right));
    return metFrom(node.left).filter((target) => right.has(target));
  };
  return new Set(roots.flatMap(metFrom));
}

/** The numbers of an attribute that is a list, or in newer opsets a tensor. Lists are float32 in a file. */
export function listOrTensor(list: readonly number[] | undefined, tensor: AnyTensor | undefined): readonly number[] {
  if (tensor === undefined) return (list ?? []).map(Math.fround);
  return Array.from<number | bigint | string, number>(tensor.data, Number);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
