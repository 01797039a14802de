import {
  dataName,
  html,
  type Interpolation,
  type Markup,
  type PageSection,
  plainTable,
  section,
} from "@modelwright/pages";
import { type Jargon, jargon } from "../jargon.ts";

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
 * @param columns Of the cells behind the number of rows; all of them numbers.
 */
export function labelSection(columns: readonly Jargon[], rows: readonly LabelRow[]): PageSection {
  const heads = [
    { title: "Label" },
    { title: "Rows", isNumber: true },
    ...columns.map((title) => ({ title, heading: jargon(title), isNumber: true })),
  ];
  const table = (shown: readonly LabelRow[]): Markup =>
    plainTable(
      "Metrics of each label",
      heads,
      shown.map(({ label, support, cells }) => [dataName(label), support.toLocaleString("en"), ...cells]),
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
