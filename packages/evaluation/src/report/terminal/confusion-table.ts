import { confusedPairs } from "../confused-pairs.ts";
import { formatCount, formatPercent } from "../number-format.ts";

/** Labels up to which a grid fits a terminal. */
const MOST_IN_GRID = 12;

/**
 * A confusion matrix as a table for a terminal, head first: a grid up to 12 labels, otherwise the ten most confused pairs.
 *
 * @param confusion Row counts, `[actual][predicted]`.
 */
export function confusionRows(labels: readonly string[], confusion: readonly (readonly number[])[]): string[][] {
  if (labels.length <= MOST_IN_GRID) {
    const body = confusion.map((counts, actual) => [labels[actual]!, ...counts.map(formatCount)]);
    return [["actual \\ predicted", ...labels], ...body];
  }
  const pairs = confusedPairs(labels, confusion, 10);
  if (pairs.length === 0) return [["No row was given a wrong label."]];
  const body = pairs.map(({ actual, predicted, rows, share }) => [
    `${actual} → ${predicted}`,
    formatCount(rows),
    formatPercent(share),
  ]);
  return [["actual → predicted", "rows", "of the label"], ...body];
}
