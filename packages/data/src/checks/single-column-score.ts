import type { Column } from "../frames/frame.ts";
import { intervalOf, quantileOf } from "../preprocessing/statistics.ts";
import { correlation } from "./correlation.ts";
import type { Predicted } from "./predicted.ts";

const FOLDS = 5;
/** Of a number: as many intervals with as many rows each. */
const INTERVALS = 32;
/** Categories that are looked at by themselves; the others together. */
const MOST_CATEGORIES = 255;
/** Rows that are looked at, and values by which intervals are chosen. */
const MOST_ROWS = 50_000;
const MOST_FOR_INTERVALS = 10_000;
/** Classes that are asked about, those of most rows. */
const MOST_CLASSES = 50;
/** With fewer rows a score is chance. */
const FEWEST_ROWS = 50;
/** Rows by which a bin is drawn to what all rows say. */
const PRIOR_ROWS = 1;

/**
 * How well one column by itself tells what is predicted, on rows it has not learnt from: by five folds, each value (of numbers: each of 32
 * intervals) predicts the mean of its rows in the other four. It is a tree of one column.
 *
 * @returns Of classes the area under the ROC curve, of each class against the others, weighted by rows: 0.5 is chance, 1 all. Of numbers R²,
 *   or the squared correlation where that is higher. Undefined of texts, and where there are too few rows.
 */
export function singleColumnScore(column: Column, predicted: Predicted): number | undefined {
  const rows = rowsWithLabel(predicted);
  if (rows.length < FEWEST_ROWS) return undefined;
  const binned = binsOf(column, rows);
  if (binned === undefined) return undefined;
  if (predicted.kind === "classes") return areaUnderCurve(binned, rows, predicted);
  const byBins = explainedVariance(binned, rows, predicted.values);
  if (column.kind !== "number" && column.kind !== "date") return byBins;
  const [one, other] = [column.values, predicted.values].map((values) =>
    Float64Array.from(rows, (row) => values[row]!),
  );
  const straight = correlation(one!, other!);
  return Math.max(byBins, straight === undefined ? 0 : straight ** 2);
}

/** Some of the rows that have a label, spread over all of them. */
function rowsWithLabel(predicted: Predicted): Int32Array {
  const rows =
    predicted.kind === "classes"
      ? Int32Array.from(predicted.codes.keys()).filter((row) => predicted.codes[row]! >= 0)
      : Int32Array.from(predicted.values.keys()).filter((row) => !Number.isNaN(predicted.values[row]!));
  const stride = Math.ceil(rows.length / MOST_ROWS);
  return stride <= 1 ? rows : rows.filter((_, i) => i % stride === 0);
}

/** Bins of a column: of each of the rows a number below `count`. The first is of missing values. */
interface Bins {
  readonly of: Int32Array;
  readonly count: number;
}

function binsOf(column: Column, rows: Int32Array): Bins | undefined {
  if (column.kind === "text") return undefined;
  return column.kind === "category" ? binsOfCodes(column.codes, rows) : binsOfNumbers(column.values, rows);
}

function binsOfCodes(codes: Int32Array, rows: Int32Array): Bins {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(codes[row]!, (counts.get(codes[row]!) ?? 0) + 1);
  counts.delete(-1);
  const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_CATEGORIES);
  const binOf = new Map(most.map(([code], i) => [code, i + 2]));
  return { of: rows.map((row) => (codes[row]! < 0 ? 0 : (binOf.get(codes[row]!) ?? 1))), count: most.length + 2 };
}

function binsOfNumbers(values: Float64Array, rows: Int32Array): Bins {
  const stride = Math.ceil(rows.length / MOST_FOR_INTERVALS);
  const some = Float64Array.from(
    rows.filter((_, i) => i % stride === 0),
    (row) => values[row]!,
  );
  const sorted = some.filter((value) => !Number.isNaN(value)).sort();
  const ends = Array.from({ length: INTERVALS - 1 }, (_, i) => quantileOf(sorted, (i + 1) / INTERVALS));
  const edges = [...new Set(ends)];
  const of = rows.map((row) => (Number.isNaN(values[row]!) ? 0 : 1 + intervalOf(values[row]!, edges)));
  return { of, count: edges.length + 2 };
}

/** Rows are dealt to folds in a mixed order, so that an order of the file does not matter. */
function foldOf(row: number): number {
  let hash = Math.imul(row + 1, 0x9e3779b1);
  hash ^= hash >>> 15;
  return ((Math.imul(hash, 0x85ebca6b) >>> 8) % FOLDS) | 0;
}

function areaUnderCurve(
  { of, count }: Bins,
  rows: Int32Array,
  { codes, classes }: Extract<Predicted, { kind: "classes" }>,
): number | undefined {
  const cells = FOLDS * count;
  const all = new Float64Array(cells);
  const ofClass = classes.map(() => new Float64Array(cells));
  for (const [i, row] of rows.entries()) {
    const cell = foldOf(row) * count + of[i]!;
    all[cell]!++;
    ofClass[codes[row]!]![cell]!++;
  }
  const sizes = ofClass.map((own) => own.reduce((sum, rowsIn) => sum + rowsIn, 0));
  const asked = [...sizes.keys()]
    .filter((place) => sizes[place]! > 0 && sizes[place]! < rows.length)
    .sort((a, b) => sizes[b]! - sizes[a]!)
    .slice(0, MOST_CLASSES);
  let [sum, weight] = [0, 0];
  for (const place of asked) {
    const prior = sizes[place]! / rows.length;
    const scores = outOfFold(ofClass[place]!, all, { count, prior });
    sum += sizes[place]! * area(scores, ofClass[place]!, all);
    weight += sizes[place]!;
  }
  return weight === 0 ? undefined : sum / weight;
}

/** What each bin predicts of the rows of a fold, from its rows in the others. */
function outOfFold(
  sums: Float64Array,
  rows: Float64Array,
  { count, prior }: { readonly count: number; readonly prior: number },
): Float64Array {
  const total = (values: Float64Array, bin: number) => {
    let sum = 0;
    for (let fold = 0; fold < FOLDS; fold++) sum += values[fold * count + bin]!;
    return sum;
  };
  const [allSums, allRows] = [sums, rows].map((values) =>
    Float64Array.from({ length: count }, (_, bin) => total(values, bin)),
  );
  return sums.map((own, cell) => {
    const bin = cell % count;
    return (allSums![bin]! - own + PRIOR_ROWS * prior) / (allRows![bin]! - rows[cell]! + PRIOR_ROWS);
  });
}

/** The share of pairs of a row of the class and another one whose scores are in order; equal ones count half. */
function area(scores: Float64Array, own: Float64Array, all: Float64Array): number {
  const order = [...scores.keys()].filter((cell) => all[cell]! > 0).sort((a, b) => scores[a]! - scores[b]!);
  let [below, pairs, positive, negative] = [0, 0, 0, 0];
  for (let from = 0; from < order.length; ) {
    let [yes, no, to] = [0, 0, from];
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) {
      yes += own[order[to]!]!;
      no += all[order[to]!]! - own[order[to]!]!;
      to++;
    }
    pairs += yes * (below + no / 2);
    below += no;
    positive += yes;
    negative += no;
    from = to;
  }
  return pairs / (positive * negative);
}

function explainedVariance({ of, count }: Bins, rows: Int32Array, values: Float64Array): number {
  const cells = FOLDS * count;
  const [all, sums] = [new Float64Array(cells), new Float64Array(cells)];
  for (const [i, row] of rows.entries()) {
    const cell = foldOf(row) * count + of[i]!;
    all[cell]!++;
    sums[cell]! += values[row]!;
  }
  const mean = sums.reduce((sum, value) => sum + value, 0) / rows.length;
  const predictions = outOfFold(sums, all, { count, prior: mean });
  let [left, whole] = [0, 0];
  for (const [i, row] of rows.entries()) {
    left += (values[row]! - predictions[foldOf(row) * count + of[i]!]!) ** 2;
    whole += (values[row]! - mean) ** 2;
  }
  return whole === 0 ? 0 : Math.max(0, 1 - left / whole);
}
