import { RandomSource } from "@modelwright/engine";
import { sampleRows } from "./row-samples.ts";
import type { TreeRows } from "./tree-data.ts";
import { addTree, type TreeEnsemble } from "./tree-ensemble.ts";
import { type TreeOptions, treeSettings } from "./tree-options.ts";

/**
 * Scores of the rows that a forest was grown on, `[rows, outputs]`: the mean of the trees whose sample a row is not in, so that they tell what the
 * forest makes of unseen rows (Breiman 2001, "Random Forests"). NaN where every tree had the row.
 *
 * @param options Those that it was grown with.
 */
export function outOfBagScores(
  { columns: known, outputs, base, trees }: TreeEnsemble,
  { columns, rows }: TreeRows,
  options: TreeOptions,
): Float64Array {
  const { rowsPerTree, seed } = treeSettings(options, columns.length);
  const random = RandomSource.fromSeed(seed);
  const values = columns.map((column) => column.values);
  const scores = new Float64Array(rows * outputs);
  const counts = new Int32Array(rows);
  for (let round = 0; round * outputs < trees.length; round++) {
    const { repeats } = sampleRows(rows, rowsPerTree, random.stream("rows", round));
    const isOut = (row: number) => repeats?.[row] === 0;
    for (let row = 0; row < rows; row++) counts[row]! += Number(isOut(row));
    for (let output = 0; output < outputs; output++) {
      const added = new Float64Array(rows);
      addTree(trees[round * outputs + output]!, known, values, added);
      for (let row = 0; row < rows; row++) if (isOut(row)) scores[row * outputs + output]! += added[row]!;
    }
  }
  return scores.map((sum, at) => base[at % outputs]! + sum / counts[Math.floor(at / outputs)]!);
}
