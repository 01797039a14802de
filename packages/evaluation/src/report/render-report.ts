import type { EvaluationReport } from "./evaluation-report.ts";
import { html, Markup } from "./html/html.ts";
import { reportStyle } from "./report-style.ts";
import { renderAnswer } from "./sections/answer.ts";
import { dataSection, factSection } from "./sections/facts.ts";
import { learningSection } from "./sections/learning.ts";
import { metricTable } from "./sections/metric-table.ts";
import { renderSection } from "./sections/section.ts";

/** Browsers that honour it load nothing and run nothing, whatever the texts hold. */
const contentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const dateFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

/**
 * One HTML file that tells how good a model is: the answer first, then the evidence. What only outcomes of one family
 * can show stands in the report's body, which `classificationBody` and its siblings make.
 *
 * It needs no other file and no network: styles and charts stand inside. Every text from outside is escaped. It
 * follows the reader's light or dark setting.
 */
export function renderReport(report: EvaluationReport): string {
  const { model, family, task } = report;
  const name = model.version === undefined ? model.name : `${model.name} v${model.version}`;
  const createdAt = dateFormat.format(new Date(report.createdAt));
  const sections = [
    metricTable(report, name),
    ...report.body.sections,
    ...learningSection(report.learning, family.metrics),
    dataSection(report.data, family.unit),
    ...factSection("Recipe", report.recipe),
    ...factSection("Lineage", report.lineage),
    ...factSection("Environment", report.environment),
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${new Markup(contentSecurityPolicy)}">
<meta name="referrer" content="no-referrer">
<title>${name}: evaluation</title>
<style>${new Markup(reportStyle)}</style>
</head>
<body>
<main>
<header><h1>${name}</h1><p class="byline">Evaluation for ${task}, <time datetime="${report.createdAt}">${createdAt} UTC</time></p></header>
${renderAnswer(report, name)}
${sections.map((each) => html`${renderSection(each)}\n`)}</main>
</body>
</html>
`;
  return page.text;
}
