import { type Fact, factList, html, type PageSection, plainTable, section } from "@modelwright/pages";
import type { DataSummary, RecipeFact } from "../evaluation-report.ts";
import { formatCount } from "../number-format.ts";

/** A list of facts under a heading; nothing without facts. */
export function factSection(title: string, facts: readonly Fact[]): readonly PageSection[] {
  return facts.length === 0 ? [] : [section(title, factList(facts))];
}

/** What the recipe says; what it leaves to defaults is folded. */
export function recipeSection(facts: readonly RecipeFact[]): readonly PageSection[] {
  if (facts.length === 0) return [];
  const [set, defaults] = [facts.filter(({ isDefault }) => !isDefault), facts.filter(({ isDefault }) => isDefault)];
  return [
    section(
      "Recipe",
      set.length > 0 && [html`<h3>Set by the recipe</h3>`, factList(set)],
      defaults.length > 0 &&
        html`<details><summary>Left to defaults: ${formatCount(defaults.length)}</summary>${factList(defaults)}</details>`,
    ),
  ];
}

/** What was done to the data before the model saw it. */
export function dataSection({ steps, warnings, fields }: DataSummary, unit: string): PageSection {
  const count = `${unit[0]!.toUpperCase()}${unit.slice(1)}s`;
  const columns = [{ title: "Step" }, { title: "What was done" }, { title: count, isNumber: true }];
  const rows = steps.map(({ name, detail, rows: left }) => [name, detail, formatCount(left)]);
  return section(
    "Data",
    html`<p>What the model reads: ${fields}</p>`,
    warnings.length > 0 &&
      html`<div class="notice"><ul aria-label="Warnings">${warnings.map((warning) => html`<li>${warning}</li>`)}</ul></div>`,
    steps.length > 0 && plainTable("Steps of data preparation", columns, rows),
  );
}
