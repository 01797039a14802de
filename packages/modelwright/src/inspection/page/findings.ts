import type { CheckFinding } from "@modelwright/data";
import { dataName, html, type Markup, type PageSection, plainTable, section } from "@modelwright/pages";
import type { DataInspection } from "../inspect-data.ts";
import { columnAnchor } from "./columns.ts";

/** Items that are shown at once; the others fold. */
const SHOWN = 6;

/** What was found, the gravest first, with what to do. */
export function findingSection({ findings, label, profile }: DataInspection): PageSection {
  if (findings.length === 0) return section("Found", html`<p>No check found anything.</p>`);
  const places = new Map(profile.columns.map(({ name }, place) => [name, place]));
  const unnamed =
    label === undefined &&
    html`<p class="note">Nobody named what is predicted (<code>--label</code>): leaks and labels were not checked.</p>`;
  return section(
    "Found",
    html`<ol class="findings">${findings.map((finding) => findingCard(finding, places))}</ol>`,
    unnamed,
  );
}

function findingCard(
  { severity, check, summary, items, cure }: CheckFinding,
  places: ReadonlyMap<string, number>,
): Markup {
  const lines = items.map(({ columns, detail }) => {
    const names = columns.map((name, i) => {
      const place = places.get(name);
      const shown =
        place === undefined ? dataName(name) : html`<a href="#${columnAnchor(place)}">${dataName(name)}</a>`;
      return html`${i > 0 && " and "}${shown}`;
    });
    return html`<li>${names}${names.length > 0 && ": "}<bdi>${detail}</bdi></li>`;
  });
  const [first, rest] = [lines.slice(0, SHOWN), lines.slice(SHOWN)];
  return html`<li class="finding ${severity}"><h3><span class="badge">${severity}</span> ${summary}</h3>
${first.length > 0 && html`<ul>${first}</ul>`}${
  rest.length > 0 &&
  html`<details><summary>${rest.length.toLocaleString("en-US")} more</summary><ul>${rest}</ul></details>`
}<p class="cure"><span class="quiet">${check}</span> ${cure}</p></li>`;
}

/** Everything that was looked for, also what found nothing. */
export function checkSection({ checks, findings }: DataInspection): PageSection {
  const rows = Object.entries(checks).map(([name, looksFor]) => {
    const found = findings.filter(({ check }) => check === name);
    const badges = found.map(({ severity }) => html`<span class="badge ${severity}">${severity}</span> `);
    return [name, found.length === 0 ? "–" : badges, looksFor];
  });
  return section(
    "Looked for",
    plainTable("What was looked for", [{ title: "check" }, { title: "found" }, { title: "looks for" }], rows),
  );
}
