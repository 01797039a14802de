import { anchorOf, html, renderPage, renderSection } from "@modelwright/pages";
import type { EvaluationReport } from "./evaluation-report.ts";
import { REPORT_STYLE } from "./report-style.ts";
import { crossValidationSection } from "./sections/cross-validation.ts";
import { dataSection, factSection, recipeSection } from "./sections/facts.ts";
import { labelDoubtsSection } from "./sections/label-doubts.ts";
import { learningSection } from "./sections/learning.ts";
import { metricTable } from "./sections/metric-table.ts";
import { verdictSection } from "./sections/verdict.ts";

/** Browsers that honour it load nothing and run nothing, whatever the texts hold. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const dateFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

/**
 * One HTML file that tells how good a model is: the verdict first, then the evidence. What only outcomes of one family
 * can show stands in the report's body, which `classificationBody` and its siblings make.
 *
 * It needs no other file and no network, and runs no script: styles and charts stand inside, and what words mean is
 * shown by style alone. Every text from outside is escaped. It follows the reader's light or dark setting.
 */
export function renderReport(report: EvaluationReport): string {
  const { model, family, task } = report;
  const name = model.version === undefined ? model.name : `${model.name} v${model.version}`;
  const createdAt = dateFormat.format(new Date(report.createdAt));
  const sections = [
    metricTable(report, name),
    ...crossValidationSection(report, name),
    ...report.body.sections,
    ...labelDoubtsSection(report),
    ...learningSection(report.learning, family.metrics),
    dataSection(report.data, family.unit),
    ...recipeSection(report.recipe),
    ...factSection("Lineage", report.lineage),
    ...factSection("Environment", report.environment),
  ];
  return renderPage({
    title: `${name}: evaluation`,
    policy: CONTENT_SECURITY_POLICY,
    style: REPORT_STYLE,
    links: [
      { title: "Verdict", href: "#verdict" },
      ...sections.map(({ title }) => ({ title, href: `#${anchorOf(title)}` })),
    ],
    main: html`<h1>${name}</h1>
<p class="byline">Evaluation report for ${task}, <time datetime="${report.createdAt}">${createdAt} UTC</time></p>
${verdictSection(report, name)}
${sections.map((each) => html`${renderSection(each)}\n`)}`,
  });
}
