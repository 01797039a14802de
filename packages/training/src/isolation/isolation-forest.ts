import { RandomSource } from "@modelwright/engine";
import type { TreeColumn } from "../trees/tree-data.ts";
import { addTree, type Tree, type TreeEnsemble } from "../trees/tree-ensemble.ts";

/** Of all rows. */
const MOST_DRAWN = 0.8;

export interface IsolationOptions {
  readonly trees: number;
  /** Rows that each tree is grown on, drawn without repetition; at most four fifths of the rows, so that there are trees that have not seen a row. */
  readonly rowsPerTree: number;
  readonly seed: number;
}

export interface IsolationHooks {
  /** Told the share of trees that are grown. */
  readonly onProgress?: (share: number) => void;
  readonly shouldStop?: () => boolean;
}

/** Trees of random questions that set rows apart. */
export interface IsolationForest {
  /** Its scores are the mean number of questions until a row stands alone. */
  readonly ensemble: TreeEnsemble;
  /** What such numbers are divided by: the mean over rows of a random search tree of as many rows. */
  readonly usualDepth: number;
  /** The mean number of questions for each row that was learnt from, by the trees that have not seen it. */
  readonly unseenDepths: Float64Array;
}

/**
 * The mean number of comparisons of an unsuccessful search in a binary search tree of random keys, 2·H(n − 1) − 2·(n − 1)/n.
 *
 * @see Preiss, "Data Structures and Algorithms", 1999, as Liu, Ting & Zhou use it
 */
export function searchDepth(rows: number): number {
  let harmonic = 0;
  for (let i = 1; i < rows; i++) harmonic += 1 / i;
  return rows < 2 ? 0 : 2 * harmonic - (2 * (rows - 1)) / rows;
}

/**
 * Grows an isolation forest: each tree asks about a random column whether its number lies below a random one between the least and the greatest of the
 * rows that are left. A row that few questions set apart is odd. The same columns, options and seed give the same trees on every machine.
 *
 * @param columns Of numbers, not of categories; none is missing.
 * @returns Undefined when it was stopped before its end.
 * @see Liu, Ting & Zhou, "Isolation Forest", ICDM 2008
 */
export function growIsolationForest(
  columns: readonly TreeColumn[],
  { trees: count, rowsPerTree, seed }: IsolationOptions,
  { onProgress, shouldStop }: IsolationHooks = {},
): IsolationForest | undefined {
  const rows = columns[0]!.values.length;
  const drawn = Math.max(2, Math.min(rowsPerTree, Math.floor(rows * MOST_DRAWN)));
  const values = columns.map((column) => column.values);
  const depths = Float64Array.from({ length: drawn + 1 }, (_, size) => searchDepth(size));
  const [trees, sums, seen]: [Tree[], Float64Array, Int32Array] = [[], new Float64Array(rows), new Int32Array(rows)];
  for (let at = 0; at < count; at++) {
    if (shouldStop?.() === true) return undefined;
    const random = RandomSource.fromSeed(seed).stream("isolation", at);
    const sample = drawRows(rows, drawn, random);
    const tree = growTree(values, sample.slice(), { random, depths, mostDepth: Math.ceil(Math.log2(drawn)) });
    trees.push(tree);
    const own = new Float64Array(rows);
    addTree(tree, columns, values, own);
    for (const row of sample) {
      own[row] = 0;
      seen[row]!++;
    }
    for (let row = 0; row < rows; row++) sums[row]! += own[row]!;
    onProgress?.((at + 1) / count);
  }
  return {
    ensemble: {
      objective: "squared",
      method: "forest",
      link: "identity",
      outputs: 1,
      base: [0],
      columns: columns.map(({ name }) => ({ name })),
      trees,
      losses: [],
    },
    usualDepth: depths[drawn]!,
    // A row that every tree has seen is as usual as any.
    unseenDepths: sums.map((sum, row) => (seen[row] === count ? depths[drawn]! : sum / (count - seen[row]!))),
  };
}

/** Row numbers without repetition (Floyd's algorithm: Bentley, "Programming pearls", 1987), rising. */
function drawRows(rows: number, drawn: number, random: RandomSource): Int32Array {
  const chosen = new Set<number>();
  for (let last = rows - drawn; last < rows; last++) {
    const row = Math.floor(random.uniform() * (last + 1));
    chosen.add(chosen.has(row) ? last : row);
  }
  return Int32Array.from(chosen).sort();
}

interface Growing {
  readonly random: RandomSource;
  /** What a leaf of so many rows counts beside its own depth. */
  readonly depths: Float64Array;
  readonly mostDepth: number;
}

/** @param sample Rows of the tree; their order changes. */
function growTree(values: readonly Float32Array[], sample: Int32Array, growing: Growing): Tree {
  const { random, depths, mostDepth } = growing;
  const [column, threshold, left, value, size]: number[][] = [[-1], [0], [0], [0], [sample.length]] as number[][];
  const open = [{ node: 0, start: 0, end: sample.length, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, start, end, depth } = next;
    const question =
      depth < mostDepth && end - start > 1 ? ask(values, sample.subarray(start, end), random) : undefined;
    if (question === undefined) {
      value![node] = depth + depths[end - start]!;
      continue;
    }
    const middle = partition(sample, { start, end, of: values[question.column]!, threshold: question.threshold });
    column![node] = question.column;
    threshold![node] = question.threshold;
    const child = column!.length;
    left![node] = child;
    for (const [from, to] of [
      [start, middle],
      [middle, end],
    ] as const) {
      for (const list of [threshold, left, value]) list!.push(0);
      column!.push(-1);
      size!.push(to - from);
    }
    open.push(
      { node: child + 1, start: middle, end, depth: depth + 1 },
      { node: child, start, end: middle, depth: depth + 1 },
    );
  }
  const nodes = column!.length;
  return {
    column: Int32Array.from(column!),
    threshold: Float32Array.from(threshold!),
    set: new Int32Array(nodes).fill(-1),
    missingLeft: new Uint8Array(nodes),
    left: Int32Array.from(left!),
    value: Float32Array.from(value!),
    gain: new Float32Array(nodes),
    rows: Int32Array.from(size!),
    sets: new Uint32Array(0),
  };
}

/** A random number between the least and the greatest of a random column in which rows differ; undefined where they do in none. */
function ask(
  values: readonly Float32Array[],
  rows: Int32Array,
  random: RandomSource,
): { readonly column: number; readonly threshold: number } | undefined {
  const places = Int32Array.from(values.keys());
  for (let left = places.length; left > 0; left--) {
    const at = Math.floor(random.uniform() * left);
    const column = places[at]!;
    places[at] = places[left - 1]!;
    let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const row of rows) {
      const given = values[column]![row]!;
      if (given < least) least = given;
      if (given > greatest) greatest = given;
    }
    if (!(least < greatest)) continue;
    // As a weighted mean: the difference of two float32 may be infinite as one.
    const share = random.uniform();
    const threshold = Math.fround(least * (1 - share) + greatest * share);
    return { column, threshold: threshold < greatest ? threshold : least };
  }
  return undefined;
}

/** Puts rows up to the threshold in front; gives the place of the first of the others. */
function partition(
  rows: Int32Array,
  {
    start,
    end,
    of,
    threshold,
  }: { readonly start: number; readonly end: number; readonly of: Float32Array; readonly threshold: number },
): number {
  let middle = start;
  for (let at = start; at < end; at++) {
    const row = rows[at]!;
    if (of[row]! > threshold) continue;
    rows[at] = rows[middle]!;
    rows[middle++] = row;
  }
  return middle;
}
