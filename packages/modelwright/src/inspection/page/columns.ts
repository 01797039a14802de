import type { CheckFinding, ColumnProfile } from "@modelwright/data";
import { cardSearch, dataName, html, type Markup, type PageSection, section } from "@modelwright/pages";
import { percent } from "../../wording/quantities.ts";
import { amount, day } from "../column-words.ts";
import type { DataInspection } from "../inspect-data.ts";
import { columnPlot } from "./column-plot.ts";

/** The name by which a column is found in the page. */
export function columnAnchor(place: number): string {
  return `column-${place + 1}`;
}

/** Every column with its facts and its plot, and what searches them. */
export function columnSection({ profile, findings, label }: DataInspection): PageSection {
  const { columns, rows } = profile;
  const found = findingsByColumn(findings);
  const kinds = [...new Set(columns.map(({ kind }) => kind))];
  const search = cardSearch({ noun: "columns", kinds, marked: "with findings" });
  const cards = columns.map((column, place) =>
    columnCard(column, { place, rows, isLabel: column.name === label, found: found.get(column.name) ?? [] }),
  );
  return section("Columns", search, html`<ul class="columns">${cards}</ul>`);
}

function findingsByColumn(findings: readonly CheckFinding[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { check, items } of findings) {
    for (const name of new Set(items.flatMap(({ columns }) => columns))) {
      found.set(name, [...(found.get(name) ?? []), check]);
    }
  }
  return found;
}

interface CardOptions {
  readonly place: number;
  readonly rows: number;
  readonly isLabel: boolean;
  /** Names of checks. */
  readonly found: readonly string[];
}

function columnCard(column: ColumnProfile, { place, rows, isLabel, found }: CardOptions): Markup {
  const { name, kind, why } = column;
  const facts = factsOf(column, rows).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`);
  const marks = [...new Set(found)].map((check) => html` <span class="mark">${check}</span>`);
  return html`<li class="card" id="${columnAnchor(place)}" data-name="${name.toLowerCase()}" data-kind="${kind}" data-marked="${marks.length}">
<h3>${dataName(name === "" ? "(no name)" : name)} <span class="kind">${kind}${isLabel && ", predicted"}</span></h3>
<p class="why">${why}${marks}</p>
<div class="body">${columnPlot(column, rows)}<dl>${facts}</dl></div></li>
`;
}

function factsOf(column: ColumnProfile, rows: number): [string, string][] {
  const { missing, distinct, unfit, numbers, texts, kind } = column;
  const write = kind === "date" ? day : amount;
  const facts: [string, string][] = [
    ["missing", missing === 0 ? "none" : `${missing.toLocaleString("en-US")} (${percent(missing / rows)})`],
    ["different", distinct.toLocaleString("en-US")],
  ];
  if (unfit.rows > 0) facts.push(["do not fit", unfit.rows.toLocaleString("en-US")]);
  if (numbers !== undefined) {
    const { p1, p25, p50, p75, p99 } = numbers.quantiles;
    facts.push(["mean", write(numbers.mean)]);
    if (kind === "number" && !Number.isNaN(numbers.deviation)) facts.push(["deviation", amount(numbers.deviation)]);
    facts.push(["quartiles", [p25, p50, p75].map(write).join(" | ")], ["1 %, 99 %", [p1, p99].map(write).join(" | ")]);
    if (numbers.outliers.rows > 0) facts.push(["beyond fences", numbers.outliers.rows.toLocaleString("en-US")]);
  }
  if (texts !== undefined) {
    const { mean, min, max, quantiles } = texts.length;
    facts.push(
      ["characters", `${amount(min)} to ${amount(max)}`],
      ["mean", amount(mean)],
      ["median", amount(quantiles.p50)],
    );
    if (texts.mojibake > 0) facts.push(["mojibake", texts.mojibake.toLocaleString("en-US")]);
  }
  return facts;
}
