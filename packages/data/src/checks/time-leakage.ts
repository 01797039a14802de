import type { Column } from "../frames/frame.ts";
import type { Check, Finding } from "./check.ts";
import type { CheckedTable } from "./checked-table.ts";
import { correlation, ranksOf } from "./correlation.ts";
import { singleColumnScore } from "./single-column-score.ts";
import { yamlList, yamlName } from "./words.ts";

/** Rank correlation with the number of the row from which on rows stand in the order of a column. */
const IN_ORDER = 0.95;
/** With fewer values an order says little. */
const FEWEST_VALUES = 20;
const FEWEST_ROWS = 50;
/** From here on what is predicted changes with time: area under the ROC curve, of numbers R². */
const CHANGES = { classes: 0.7, numbers: 0.3 };
/** From here on rows stand sorted by what is predicted. */
const SORTED = { classes: 0.9, numbers: 0.9 };

export const timeLeakage: Check = {
  looksFor: `dates, and numbers in whose order rows stand (rank correlation ≥ ${IN_ORDER}), by which what is predicted changes: area under the ROC curve ≥ ${CHANGES.classes}, of numbers R² ≥ ${CHANGES.numbers}; and rows that stand sorted by what is predicted`,
  cure: "where later rows are to be predicted, test on later rows: data: { split: { by: time, column: … } }, and keep the column from the model: data: { ignore: [column] }",
  find: (table) => [...byTime(table), ...sortedRows(table)],
};

function byTime(table: CheckedTable): Finding[] {
  const { predicted, columns, label, frame } = table;
  if (predicted === undefined || frame.rows < FEWEST_ROWS) return [];
  const measure = predicted.kind === "classes" ? "area under the ROC curve" : "R²";
  const items = columns.flatMap(({ column, profile }) => {
    if (column.name === label || profile.distinct < FEWEST_VALUES) return [];
    const score = table.scoreOf(column);
    if (score === undefined || score < CHANGES[predicted.kind]) return [];
    const isInOrder = standsInOrder(column);
    if (column.kind !== "date" && !isInOrder) return [];
    const order = isInOrder ? "rows stand in its order, " : "";
    return [{ columns: [column.name], detail: `${order}${measure} ${score.toFixed(3)} by itself` }];
  });
  if (items.length === 0) return [];
  const names = items.flatMap((item) => item.columns);
  return [
    {
      severity: "medium",
      summary: `"${label}" changes with ${names.map((name) => `"${name}"`).join(", ")}: a random split looks into the future`,
      items,
      cure: `where later rows are to be predicted, test on later rows and keep the time from the model: data: { split: { by: time, column: ${yamlName(names[0]!)} }, ignore: ${yamlList(names)} }`,
    },
  ];
}

function standsInOrder(column: Column): boolean {
  if (column.kind !== "number" && column.kind !== "date") return false;
  const rows = Float64Array.from(column.values.keys());
  const order = correlation(ranksOf(column.values), rows);
  return order !== undefined && Math.abs(order) >= IN_ORDER;
}

function sortedRows({ predicted, label, frame }: CheckedTable): Finding[] {
  if (predicted === undefined) return [];
  const values = Float64Array.from({ length: frame.rows }, (_, row) => row);
  const score = singleColumnScore({ kind: "number", name: "", values }, predicted);
  if (score === undefined || score < SORTED[predicted.kind]) return [];
  const summary = `rows stand sorted by "${label}": the first of them are no sample`;
  const cure = "draw rows rather than taking the first: data: { limit: … } does; the split mixes them anyway";
  return [{ severity: "low", summary, items: [], cure }];
}
