import type { SketchOf } from "@modelwright/contracts";
import type { CategoryColumn, Column } from "../frames/frame.ts";
import { sortedNumbers } from "../profile/summarize-numbers.ts";
import { type CountedNumbers, compareNumbers, compareSketches, FEWEST_ROWS } from "./compare-sketches.ts";
import { type ColumnDrift, CUSTOMARY, judgeColumns } from "./drift-verdict.ts";
import { observedValues } from "./observed-columns.ts";
import { edgesOf } from "./sketches.ts";

/**
 * Compares the columns that two tables share, texts by their lengths. Distances and tests are of all rows.
 *
 * A column has drifted where its population stability index is at least 0.2 and a test finds it unlikely (0.05, by Holm corrected for the
 * number of columns) that both samples are of one distribution; it is steady where the index is below 0.1; else the rows do not decide.
 */
export function columnDrifts(table: readonly Column[], other: readonly Column[]): ColumnDrift[] {
  const compared = table.flatMap((column) => {
    const counterpart = other.find(({ name }) => name === column.name);
    const comparison = counterpart?.kind === column.kind ? compareAllRows(column, counterpart) : undefined;
    return comparison === undefined ? [] : [{ name: column.name, comparison, threshold: CUSTOMARY }];
  });
  return judgeColumns(compared);
}

/** Nothing of them is left out or drawn; each side is sorted or counted once. */
function compareAllRows(one: Column, other: Column) {
  if (one.kind === "category" && other.kind === "category")
    return compareSketches(wholeSketch(one), wholeSketch(other));
  const [sorted, others] = [sortedValues(one), sortedValues(other)];
  if (Math.min(sorted.length, others.length) < FEWEST_ROWS) return undefined;
  const edges = edgesOf(sorted);
  return compareNumbers(countedBy(edges, sorted), countedBy(edges, others));
}

/** A sketch that names every category. */
function wholeSketch({ codes, categories }: CategoryColumn): SketchOf<"category"> {
  const rows = new Array<number>(categories.length).fill(0);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing++;
    else rows[code]!++;
  }
  return { kind: "category", counts: categories.map((name, code) => [name, rows[code]!]), other: 0, missing };
}

function sortedValues(column: Column): Float64Array {
  const { kind, values } = observedValues(column);
  return kind === "number" ? sortedNumbers(Float64Array.from(values)) : new Float64Array();
}

function countedBy(edges: readonly number[], sorted: Float64Array): CountedNumbers {
  const counts = new Array<number>(edges.length + 1).fill(0);
  let interval = 0;
  for (const value of sorted) {
    while (interval < edges.length && value > edges[interval]!) interval++;
    counts[interval]!++;
  }
  return { counts, sorted };
}
