import { DTYPES, type GraphBuilder, tensorFrom, type Value } from "@modelwright/engine";
import { leafScale, type Tree, type TreeEnsemble } from "./tree-ensemble.ts";

/** Numbers of the operator's modes and aggregates: https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html */
const BRANCH_LEQ = 0;
const BRANCH_LT = 1;
const BRANCH_MEMBER = 6;
const SUM = 1;

/**
 * Adds trees to a graph as one `TreeEnsemble` of ai.onnx.ml 5; returns raw scores, float32 `[batch, outputs]`, which the ensemble's link makes
 * predictions of. Leaves are summed in float64, so that scores are `treeScores` rounded to float32.
 *
 * @param features float32 `[batch, columns]`, NaN where a value is missing. Codes of categories are whole: ONNX Runtime cuts off the rest.
 */
export function treeGraph(b: GraphBuilder, ensemble: TreeEnsemble, features: Value): Value {
  const { base, outputs, trees } = ensemble;
  const lists = new NodeLists(leafScale(ensemble));
  const constants = [...base];
  for (const [i, tree] of trees.entries()) {
    // The operator has no tree without a split.
    if (tree.column[0]! < 0) constants[i % outputs]! += lists.scale * tree.value[0]!;
    else
      lists.addTree(tree, {
        output: i % outputs,
        categories: ensemble.columns.map(({ categories = 0 }) => categories),
      });
  }
  if (lists.isEmpty) lists.addNothing();
  const sums = b.op("TreeEnsemble", [b.op("Cast", [features], { to: DTYPES.float64.onnx })], {
    ...lists.attributes(),
    n_targets: outputs,
    aggregate_function: SUM,
  });
  const scores = b.op("Add", [sums, b.constant("float64", [outputs], constants)]);
  return b.op("Cast", [scores], { to: DTYPES.float32.onnx });
}

/** The operator's lists: of all splits, and behind them, with numbers of their own, of all leaves. */
class NodeLists {
  readonly scale: number;
  readonly #roots: number[] = [];
  readonly #columns: number[] = [];
  readonly #modes: number[] = [];
  readonly #splits: number[] = [];
  readonly #missing: number[] = [];
  readonly #left: number[] = [];
  readonly #leftIsLeaf: number[] = [];
  readonly #right: number[] = [];
  readonly #rightIsLeaf: number[] = [];
  readonly #leafOutputs: number[] = [];
  readonly #leafValues: number[] = [];
  /** Members of each set and a NaN, in the order of the nodes that ask for them. */
  readonly #members: number[] = [];

  /** @param scale What leaves are multiplied by. */
  constructor(scale: number) {
    this.scale = scale;
  }

  get isEmpty(): boolean {
    return this.#roots.length === 0;
  }

  addTree(
    tree: Tree,
    { output, categories }: { readonly output: number; readonly categories: readonly number[] },
  ): void {
    const firstSplit = this.#columns.length;
    this.#roots.push(firstSplit);
    // A split's number is the count of splits before it, a leaf's likewise.
    const numbers = new Int32Array(tree.column.length);
    let [splits, leaves] = [firstSplit, this.#leafValues.length];
    for (const [node, column] of tree.column.entries()) numbers[node] = column < 0 ? leaves++ : splits++;
    for (const [node, column] of tree.column.entries()) {
      if (column < 0) {
        this.#leafOutputs.push(output);
        this.#leafValues.push(this.scale * tree.value[node]!);
        continue;
      }
      this.#columns.push(column);
      if (tree.set[node]! < 0) this.#addMode(BRANCH_LEQ, tree.threshold[node]!);
      else this.#addSet(membersOf(tree, tree.set[node]!, categories[column]!));
      this.#missing.push(tree.missingLeft[node]!);
      const left = tree.left[node]!;
      this.#left.push(numbers[left]!);
      this.#leftIsLeaf.push(Number(tree.column[left]! < 0));
      this.#right.push(numbers[left + 1]!);
      this.#rightIsLeaf.push(Number(tree.column[left + 1]! < 0));
    }
  }

  #addMode(mode: number, split: number): void {
    this.#modes.push(mode);
    this.#splits.push(split);
  }

  /** Of no member nothing but a missing value goes left; the operator has no set without a member. */
  #addSet(members: readonly number[]): void {
    if (members.length === 0) {
      this.#addMode(BRANCH_LT, Number.NEGATIVE_INFINITY);
      return;
    }
    this.#addMode(BRANCH_MEMBER, 0);
    this.#members.push(...members, Number.NaN);
  }

  /** A split that changes nothing: the operator has no list without a tree. */
  addNothing(): void {
    this.#roots.push(0);
    for (const list of [this.#columns, this.#modes, this.#splits, this.#missing, this.#left]) list.push(0);
    this.#right.push(1);
    for (const list of [this.#leftIsLeaf, this.#rightIsLeaf]) list.push(1);
    this.#leafOutputs.push(0, 0);
    this.#leafValues.push(0, 0);
  }

  attributes() {
    const numbers = (values: readonly number[]) => tensorFrom("float64", [values.length], values);
    return {
      tree_roots: this.#roots,
      nodes_featureids: this.#columns,
      nodes_modes: tensorFrom("uint8", [this.#modes.length], this.#modes),
      nodes_splits: numbers(this.#splits),
      nodes_missing_value_tracks_true: this.#missing,
      nodes_truenodeids: this.#left,
      nodes_trueleafs: this.#leftIsLeaf,
      nodes_falsenodeids: this.#right,
      nodes_falseleafs: this.#rightIsLeaf,
      leaf_targetids: this.#leafOutputs,
      leaf_weights: numbers(this.#leafValues),
      ...(this.#members.length > 0 && { membership_values: numbers(this.#members) }),
    };
  }
}

function membersOf({ sets }: Tree, first: number, categories: number): readonly number[] {
  const codes = Array.from({ length: categories }, (_, code) => code);
  return codes.filter((code) => ((sets[first + (code >>> 5)]! >>> (code & 31)) & 1) === 1);
}
