import { confusedPairs } from "../confused-pairs.ts";
import { formatCount, formatPercent } from "../number-format.ts";
import { alignColumns } from "./text-columns.ts";

/** Labels up to which a grid fits a terminal. */
const MOST_IN_GRID = 12;

/**
 * A confusion matrix for a terminal: a grid up to 12 labels, otherwise the ten most confused pairs.
 *
 * @param confusion Row counts, `[actual][predicted]`.
 */
export function formatConfusion(labels: readonly string[], confusion: readonly (readonly number[])[]): string {
  if (labels.length <= MOST_IN_GRID) {
    const body = confusion.map((counts, actual) => [labels[actual]!, ...counts.map(formatCount)]);
    return alignColumns([["actual \\ predicted", ...labels], ...body]);
  }
  const pairs = confusedPairs(labels, confusion, 10);
  if (pairs.length === 0) return "No row was given a wrong label.";
  const body = pairs.map(({ actual, predicted, rows, share }) => [
    `${actual} → ${predicted}`,
    formatCount(rows),
    formatPercent(share),
  ]);
  return alignColumns([["actual → predicted", "rows", "of the label"], ...body]);
}
