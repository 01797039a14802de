import type { Measure } from "@modelwright/contracts";
import { metricNames } from "../../families/metric-family.ts";
import { formatCount, formatMeasure, INTERVAL_WORDS } from "../number-format.ts";
import { crossValidationInWords } from "../sections/cross-validation.ts";
import { describeVerdict } from "../verdict.ts";
import { frontMatter } from "./front-matter.ts";
import { bulletList, codeSpan, escapeMarkdown, markdownTable } from "./markdown.ts";
import { type BaseWeights, type ModelCardInput, UNKNOWN_LICENSE } from "./model-card.ts";
import { tensorLines } from "./tensor-lines.ts";

const titleOf = ({ name, version }: ModelCardInput["manifest"]) => `${escapeMarkdown(name)} v${version}`;

function usage({ parts, manifest }: ModelCardInput): string[] {
  return ["## How to call it", ...parts.usage, tensorLines(manifest.signature.tensors)];
}

function metrics({ manifest, family, measures, baselines, parts }: ModelCardInput): string[] {
  const shown = metricNames(family.metrics).filter((metric) => measures[metric] !== undefined);
  const cell = (measure: Measure | undefined) => (measure === undefined ? "–" : formatMeasure(measure));
  const rows = shown.map((metric) => {
    const { title, better } = family.metrics[metric]!;
    const name = better === "lower" ? `${title} (lower is better)` : title;
    return [name, cell(measures[metric]), ...baselines.map((baseline) => cell(baseline.measures[metric]))];
  });
  const summaries = shown.map((metric) => `${family.metrics[metric]!.title}: ${family.metrics[metric]!.summary}`);
  const verdicts = baselines.map((baseline) =>
    describeVerdict(family, titleOf(manifest), { ...baseline, name: escapeMarkdown(baseline.name) }),
  );
  const { unit } = family;
  return [
    "## How good it is",
    `On ${formatCount(manifest.lineage.testRows)} test ${unit}s that it had not seen, evaluated once; brackets hold 95 % bootstrap intervals ${INTERVAL_WORDS} over ${unit}s.`,
    markdownTable(["Metric", "This model", ...baselines.map(({ name }) => escapeMarkdown(name))], rows),
    bulletList(summaries),
    ...verdicts,
    ...crossValidation(manifest, family),
    ...parts.evidence,
  ];
}

function crossValidation(
  { crossValidation: found }: ModelCardInput["manifest"],
  { deciding, metrics, unit }: ModelCardInput["family"],
): string[] {
  if (found === undefined) return [];
  const measure = found.pooled[deciding];
  const reached =
    measure === undefined ? "" : ` ${metrics[deciding]!.title} over all of them: ${formatMeasure(measure)}.`;
  return [`Cross-validation: ${crossValidationInWords(found, unit)}${reached}`];
}

function data({ dataset, manifest, family }: ModelCardInput): string[] {
  const { trainRows, validationRows, testRows } = manifest.lineage;
  const { fields, steps } = dataset.summary;
  const rows = `${family.unit}s`;
  const counts = `${formatCount(trainRows)} ${rows} to train, ${formatCount(validationRows)} to validate, ${formatCount(testRows)} to test.`;
  const done = steps.map(
    ({ name, detail, rows: left }) =>
      `${escapeMarkdown(name)}: ${escapeMarkdown(detail)} (${formatCount(left)} ${rows})`,
  );
  const intro = `${escapeMarkdown(dataset.name)}: ${counts} ${escapeMarkdown(fields)}`.trimEnd();
  return ["## Data", intro, ...(done.length === 0 ? [] : [bulletList(done)])];
}

function limits({ parts, dataset }: ModelCardInput): string[] {
  const known = [...parts.limits, ...dataset.summary.warnings.map(escapeMarkdown)];
  return known.length === 0 ? [] : ["## Limits", bulletList(known)];
}

function lineage({ manifest, parts }: ModelCardInput): string[] {
  const { recipeSha256, dataSha256, sources = [], seed } = manifest.lineage;
  const { base, license } = parts;
  const lines = [
    `Version ${manifest.version}, made ${manifest.createdAt} by run ${codeSpan(manifest.runId)}, seed ${seed}`,
    `Recipe ${codeSpan(`sha256:${recipeSha256}`)}`,
    `Data ${codeSpan(`sha256:${dataSha256}`)}`,
    ...sources.map(({ name, version }) => `Rows of ${escapeMarkdown(name)}, version ${codeSpan(version)}`),
  ];
  if (base !== undefined) lines.push(baseLine(base));
  lines.push(licenseLine(license));
  return ["## Where it comes from", bulletList(lines)];
}

function baseLine({ name, license, source, sha256 }: BaseWeights): string {
  const from = source === undefined ? "" : ` from ${escapeMarkdown(source)}`;
  const digest = sha256 === undefined ? "" : `, ${codeSpan(`sha256:${sha256}`)}`;
  const terms = license === UNKNOWN_LICENSE ? "of a licence that is not known" : `licence ${escapeMarkdown(license)}`;
  return `Base weights ${codeSpan(name)}${from}${digest}, ${terms}`;
}

function licenseLine(license: string | undefined): string {
  if (license === undefined) return "Its licence is for whoever trained it to choose, and depends on the data.";
  if (license === UNKNOWN_LICENSE)
    return "Its licence is not known, since that of its base weights is not: ask who published them.";
  return `Licence of this model: ${escapeMarkdown(license)}`;
}

/**
 * The `README.md` of a version folder, written for whoever wants to use the model. What a task says of itself stands in
 * the input's parts; other texts from outside are escaped here.
 */
export function renderModelCard(input: ModelCardInput): string {
  const parts = [
    frontMatter(input),
    `# ${titleOf(input.manifest)}`,
    ...input.parts.summary,
    ...usage(input),
    ...metrics(input),
    ...data(input),
    ...limits(input),
    ...lineage(input),
  ];
  return `${parts.join("\n\n")}\n`;
}
