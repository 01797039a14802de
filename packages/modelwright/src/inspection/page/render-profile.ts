import { createHash } from "node:crypto";
import type { CheckFinding, ColumnProfile } from "@modelwright/data";
import {
  anchorOf,
  CARD_SEARCH_SCRIPT,
  dataName,
  html,
  Markup,
  type PageSection,
  renderPage,
  renderSection,
} from "@modelwright/pages";
import { percent } from "../../wording/quantities.ts";
import type { DataInspection } from "../inspect-data.ts";
import { columnSection } from "./columns.ts";
import { checkSection, findingSection } from "./findings.ts";
import { PROFILE_STYLE } from "./profile-style.ts";

const dateFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

/** Only the one script of the page runs, and nothing is loaded, whatever the data hold. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash("sha256").update(CARD_SEARCH_SCRIPT).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/**
 * One HTML file that shows what a table holds: what was found first, then every column with its plot. It needs no
 * other file and no network; columns are searched by a script of its own, without which all are shown.
 */
export function renderProfile(inspection: DataInspection, { createdAt }: { readonly createdAt: string }): string {
  const { profile } = inspection;
  const sections: PageSection[] = [findingSection(inspection), columnSection(inspection), checkSection(inspection)];
  const created = dateFormat.format(new Date(createdAt));
  return renderPage({
    title: `${profile.source}: profile`,
    policy: POLICY,
    style: PROFILE_STYLE,
    links: sections.map(({ title }) => ({ title, href: `#${anchorOf(title)}` })),
    main: html`<h1>${dataName(profile.source)}</h1>
<p class="byline">Profile of the data, <time datetime="${createdAt}">${created} UTC</time>${scope(inspection)}</p>
${tiles(inspection)}
${warnings(inspection.warnings)}${sections.map((each) => html`${renderSection(each)}\n`)}`,
    scripts: html`<script>${new Markup(CARD_SEARCH_SCRIPT)}</script>\n`,
  });
}

function tiles({ profile, findings }: DataInspection): Markup {
  const { rows, columns, duplicates } = profile;
  const missing = columns.reduce((sum, column) => sum + column.missing, 0);
  const incomplete = columns.filter((column) => column.missing > 0).length;
  const repeated = duplicates === 1 ? "1 repeats an earlier one" : `${counted(duplicates)} repeat an earlier one`;
  const facts: [name: string, value: string, meaning: string][] = [
    ["Rows", counted(rows), duplicates === 0 ? "none repeats another" : repeated],
    ["Columns", counted(columns.length), kindsInWords(columns)],
    [
      "Missing cells",
      missing === 0 ? "none" : percent(missing / (rows * columns.length)),
      missing === 0
        ? "every row has every value"
        : `in ${counted(incomplete)} ${incomplete === 1 ? "column" : "columns"}`,
    ],
    ["Found", counted(findings.length), severitiesInWords(findings)],
  ];
  return html`<dl class="tiles">${facts.map(
    ([name, value, meaning]) =>
      html`<div class="tile"><dt>${name}</dt><dd><span class="big">${dataName(value, 24)}</span><span class="meaning">${meaning}</span></dd></div>`,
  )}</dl>`;
}

/** What was predicted and compared with, where something was. */
function scope({ label, other, sampled }: DataInspection): Markup {
  const predicted = label !== undefined && html`; predicted is <strong>${dataName(label)}</strong>`;
  const some =
    sampled !== undefined &&
    html`; what compares rows or looks into texts looked at ${counted(sampled)} of them, drawn at random`;
  if (other === undefined) return html`${predicted}${some}`;
  const { is, profile } = other;
  const what = is === "test file" ? "the test file" : "the earlier version";
  return html`${predicted}${some}; compared with ${what} <strong>${dataName(profile.source)}</strong> of ${counted(profile.rows)} rows`;
}

function counted(count: number): string {
  return count.toLocaleString("en-US");
}

function warnings(all: readonly string[]): Markup | false {
  return all.length > 0 && html`<div class="notice"><ul>${all.map((warning) => html`<li>${warning}</li>`)}</ul></div>`;
}

const PLURALS: Readonly<Record<ColumnProfile["kind"], string>> = {
  number: "numbers",
  category: "categories",
  date: "dates",
  text: "texts",
};

function kindsInWords(columns: readonly ColumnProfile[]): string {
  return (Object.keys(PLURALS) as ColumnProfile["kind"][])
    .flatMap((kind) => {
      const count = columns.filter((column) => column.kind === kind).length;
      return count === 0 ? [] : [`${count.toLocaleString("en-US")} ${count === 1 ? kind : PLURALS[kind]}`];
    })
    .join(", ");
}

function severitiesInWords(findings: readonly CheckFinding[]): string {
  const parts = ["high", "medium", "low"].flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return parts.length === 0 ? "nothing to worry about" : parts.join(", ");
}
