import { html, type Interpolation, type Markup } from "../html/html.ts";
import { type ReportSection, section } from "./section.ts";
import { type Column, plainTable } from "./table.ts";

/** Labels that stand open; the rest unfolds. */
const MOST_OPEN = 12;

/** A label with its cells, the label's name apart. */
export interface LabelRow {
  readonly label: string;
  readonly support: number;
  readonly f1: number;
  readonly cells: readonly Interpolation[];
}

/**
 * Metrics of each label, the hardest first when there are many.
 *
 * @param columns Of the cells; all of them numbers.
 */
export function labelSection(columns: readonly string[], rows: readonly LabelRow[]): ReportSection {
  const heads: Column[] = [{ title: "Label" }, ...columns.map((title) => ({ title, isNumber: true }))];
  const table = (shown: readonly LabelRow[]): Markup =>
    plainTable(
      "Metrics of each label",
      heads,
      shown.map(({ label, cells }) => [label, ...cells]),
    );
  if (rows.length <= MOST_OPEN) return section("Labels", table(rows));
  const hardestFirst = rows.filter(({ support }) => support > 0).sort((a, b) => a.f1 - b.f1);
  return section(
    "Labels",
    html`<p>The ${MOST_OPEN} labels with the lowest F1 among the ${hardestFirst.length} that have test rows.</p>`,
    table(hardestFirst.slice(0, MOST_OPEN)),
    html`<details><summary>All ${rows.length} labels, in the model's order</summary>${table(rows)}</details>`,
  );
}
