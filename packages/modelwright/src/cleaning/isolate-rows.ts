import type { IsolateRows } from "@modelwright/data/duckdb";
import { growIsolationForest, treeScores } from "@modelwright/training";

/** As published (Liu, Ting & Zhou 2008). */
const FOREST = { trees: 100, rowsPerTree: 256, seed: 0 };

/** Tells odd rows by an isolation forest: larger is odder, 2^(−depth / usual depth). */
export const isolateRows: IsolateRows = (columns) => {
  const named = columns.map((values, at) => ({ name: `column ${at}`, values }));
  const { ensemble, usualDepth, unseenDepths } = growIsolationForest(named, FOREST)!;
  const oddness = (depth: number) => 2 ** (-depth / usualDepth);
  return {
    unseen: unseenDepths.map(oddness),
    score: (others) => treeScores(ensemble, byRow(others)).map(oddness),
  };
};

/** `[rows, columns]`. */
function byRow(columns: readonly Float32Array[]): Float32Array {
  const [rows, width] = [columns[0]!.length, columns.length];
  const all = new Float32Array(rows * width);
  for (const [column, values] of columns.entries()) {
    for (let row = 0; row < rows; row++) all[row * width + column] = values[row]!;
  }
  return all;
}
