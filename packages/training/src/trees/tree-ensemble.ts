import type { TreeLink } from "./objectives.ts";
import { checkSameColumns, type TreeColumn } from "./tree-data.ts";
import type { ObjectiveName } from "./tree-options.ts";

/** A tree as plain arrays, an element per node, the root first. */
export interface Tree {
  /** The column that a node asks for; −1: it is a leaf. */
  readonly column: Int32Array;
  /** Numbers up to it go left. */
  readonly threshold: Float32Array;
  /** Of categories, the word of `sets` at which those that go left begin, a bit each; −1: the column holds numbers. */
  readonly set: Int32Array;
  /** 1: whatever is missing goes left. */
  readonly missingLeft: Uint8Array;
  /** The node on the left; the one on the right is the next. */
  readonly left: Int32Array;
  /** What a leaf adds to its score; of a forest, to the sum that is averaged. */
  readonly value: Float32Array;
  /** What a split gained in training: twice what it lowered the loss by, to the second order. */
  readonly gain: Float32Array;
  /** Rows that came to a node in training. */
  readonly rows: Int32Array;
  readonly sets: Uint32Array;
}

/** Trees whose leaves add up to scores. */
export interface TreeEnsemble {
  readonly objective: ObjectiveName;
  readonly method: "boosting" | "forest";
  /** How scores become what is predicted. */
  readonly link: TreeLink;
  /** Scores per row, and trees per round. */
  readonly outputs: number;
  /** Scores before the first tree. */
  readonly base: readonly number[];
  readonly columns: readonly Pick<TreeColumn, "name" | "categories">[];
  /** Round after round, in each a tree for each output. */
  readonly trees: readonly Tree[];
  /** The validation loss after each round that was made, those after the kept ones included. */
  readonly losses: readonly number[];
}

/** What a leaf's value counts in its score: a forest's trees are averaged. */
export function leafScale({ method, trees, outputs }: TreeEnsemble): number {
  return method === "forest" ? outputs / trees.length : 1;
}

/**
 * Scores of rows, `[rows, outputs]`.
 *
 * @param features `[rows, columns]`, NaN where a value is missing. A category that was not seen in training goes where the rare ones go.
 */
export function treeScores(ensemble: TreeEnsemble, features: Float32Array): Float64Array {
  const { columns, outputs, base } = ensemble;
  const rows = features.length / columns.length;
  const values = columns.map((_, column) =>
    Float32Array.from({ length: rows }, (_, row) => features[row * columns.length + column]!),
  );
  const scale = leafScale(ensemble);
  const sums = new Float64Array(outputs * rows);
  for (const [i, tree] of ensemble.trees.entries()) addTree(tree, columns, values, sums.subarray((i % outputs) * rows));
  return Float64Array.from({ length: outputs * rows }, (_, at) => {
    const [row, output] = [Math.floor(at / outputs), at % outputs];
    return base[output]! + scale * sums[output * rows + row]!;
  });
}

/** Adds a tree's leaves to the scores of rows. */
export function addTree(
  { column, threshold, set, missingLeft, left, value, sets }: Tree,
  columns: readonly Pick<TreeColumn, "categories">[],
  values: readonly Float32Array[],
  scores: Float64Array,
): void {
  const rows = values[0]!.length;
  const limits = columns.map(({ categories = 0 }) => categories);
  for (let row = 0; row < rows; row++) {
    let node = 0;
    for (let at = column[0]!; at >= 0; at = column[node]!) {
      const given = values[at]![row]!;
      let goesLeft = given <= threshold[node]!;
      if (Number.isNaN(given)) goesLeft = missingLeft[node] === 1;
      else if (set[node]! >= 0) goesLeft = isMember(sets, set[node]!, given, limits[at]!);
      node = goesLeft ? left[node]! : left[node]! + 1;
    }
    scores[row]! += value[node]!;
  }
}

function isMember(sets: Uint32Array, first: number, code: number, categories: number): boolean {
  if (!(code >= 0 && code < categories && Number.isInteger(code))) return false;
  return ((sets[first + (code >>> 5)]! >>> (code & 31)) & 1) === 1;
}

export interface ColumnImportance {
  readonly name: string;
  /** What its splits gained, all trees together. */
  readonly gain: number;
  readonly splits: number;
}

/** What each column was worth to the trees, in the order of columns. */
export function treeImportance({ columns, trees }: TreeEnsemble): readonly ColumnImportance[] {
  const gains = new Float64Array(columns.length);
  const splits = new Int32Array(columns.length);
  for (const { column, gain } of trees) {
    for (const [node, at] of column.entries()) {
      if (at < 0) continue;
      gains[at]! += gain[node]!;
      splits[at]!++;
    }
  }
  return columns.map(({ name }, at) => ({ name, gain: gains[at]!, splits: splits[at]! }));
}

/** @throws {ModelwrightError} `TRAINING_TREES_DATA` where trees were grown on other columns. */
export function checkEnsembleColumns(ensemble: TreeEnsemble, columns: readonly TreeColumn[]): void {
  checkSameColumns(ensemble.columns, columns, "the columns");
}
