import { measureClassification } from "../metrics/measure-classification.ts";
import type { EvaluationReport } from "./evaluation-report.ts";
import { html, Markup } from "./html/html.ts";
import { reportStyle } from "./report-style.ts";
import { renderAnswer } from "./sections/answer.ts";
import { renderCurves, renderLearning } from "./sections/charts.ts";
import { renderConfusion } from "./sections/confusion.ts";
import { renderData, renderFacts } from "./sections/facts.ts";
import { renderLabelTable } from "./sections/label-table.ts";
import { renderMetricTable } from "./sections/metric-table.ts";
import { renderMistakes } from "./sections/mistakes.ts";

/** Browsers that honour it load nothing and run nothing, whatever the texts hold. */
const contentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const dateFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

/**
 * One HTML file that tells how good a model is: the answer first, then the evidence.
 *
 * It needs no other file and no network: styles and charts stand inside. Every text from outside is escaped. It
 * follows the reader's light or dark setting.
 *
 * @throws {ModelwrightError} As `measureClassification`, for the outcome.
 */
export function renderReport(report: EvaluationReport): string {
  const { model, outcome, measures } = report;
  const name = model.version === undefined ? model.name : `${model.name} v${model.version}`;
  const { perClass, confusion } = measureClassification(outcome);
  const createdAt = dateFormat.format(new Date(report.createdAt));
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
<header><h1>${name}</h1><p class="byline">Evaluation for ${report.task.replace("-", " ")}, <time datetime="${report.createdAt}">${createdAt} UTC</time></p></header>
${renderAnswer(report, name)}
${renderMetricTable(report, name)}
${renderLabelTable(perClass, measures)}
${renderConfusion(outcome.labels, confusion)}
${renderCurves(report, perClass)}
${renderMistakes(report)}
${renderLearning(report.learning)}
${renderData(report.data)}
${renderFacts("Recipe", report.recipe)}
${renderFacts("Lineage", report.lineage)}
${renderFacts("Environment", report.environment)}
</main>
</body>
</html>
`;
  return page.text;
}
