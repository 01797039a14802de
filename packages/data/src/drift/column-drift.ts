import type { Column } from "../frames/frame.ts";
import { compareSketches } from "./compare-sketches.ts";
import { type ColumnDrift, CUSTOMARY, judgeColumns } from "./drift-verdict.ts";
import { observedValues } from "./observed-columns.ts";
import { type Observed, sketchLike, sketchReference } from "./sketches.ts";

/**
 * Compares the columns that two tables share, texts by their lengths. Distances and tests are of all rows.
 *
 * A column has drifted where its population stability index is at least 0.2 and a test finds it unlikely (0.05, by Holm corrected for the
 * number of columns) that both samples are of one distribution; it is steady where the index is below 0.1; else the rows do not decide.
 */
export function columnDrifts(table: readonly Column[], other: readonly Column[]): ColumnDrift[] {
  const compared = table.flatMap((column) => {
    const counterpart = other.find(({ name }) => name === column.name);
    if (counterpart?.kind !== column.kind) return [];
    const [one, another] = [observedValues(column), observedValues(counterpart)];
    const comparison = compareAllRows(one, another);
    return comparison === undefined ? [] : [{ name: column.name, comparison, threshold: CUSTOMARY }];
  });
  return judgeColumns(compared);
}

function compareAllRows(one: Observed, other: Observed) {
  const whole = { sampled: Number.POSITIVE_INFINITY };
  const layout = sketchReference(one, whole);
  // Every category of both is named: a table has all its rows at hand.
  if (layout.kind === "category" && other.kind === "category" && one.kind === "category") {
    const names = new Set([...one.values, ...other.values].filter((name) => name !== null));
    const named = { ...layout, counts: Array.from(names, (name): [string, number] => [name, 0]) };
    return compareSketches(sketchLike(named, one), sketchLike(named, other));
  }
  return compareSketches(layout, sketchLike(layout, other, whole));
}
