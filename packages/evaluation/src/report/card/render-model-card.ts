import { CLASSIFICATION_METRICS, type Measure } from "@modelwright/contracts";
import { classificationFamily } from "../../families/classification.ts";
import { metricNames } from "../../families/metric-family.ts";
import { labelMetricKey } from "../../metrics/label-metrics.ts";
import { formatCount, formatInterval, formatMeasure, formatPercent, formatValue } from "../number-format.ts";
import { describeVerdict } from "../verdict.ts";
import { frontMatter } from "./front-matter.ts";
import { describeLimits } from "./limits.ts";
import { codeSpan, escapeMarkdown, markdownTable } from "./markdown.ts";
import type { ModelCardInput } from "./model-card-input.ts";
import { tensorLines } from "./tensor-lines.ts";

const bulleted = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join("\n");

function summary({ manifest, base, classification, measures }: ModelCardInput): string {
  const accuracy = measures.accuracy;
  const judged =
    accuracy === undefined
      ? ""
      : ` It gave the right label to ${formatPercent(accuracy.value)} of ${formatCount(classification.rows)} test texts.`;
  const tuning = manifest.model.fineTune === "frozen" ? "a head trained on the frozen encoder" : "fine-tuned from";
  const origin = `${tuning} ${codeSpan(base.name)}`;
  return `Puts one of ${manifest.labels.length} labels on a text; ${origin}, ${formatCount(manifest.model.parameters)} parameters.${judged}`;
}

function usage({ manifest }: ModelCardInput): string {
  const { name, version, signature } = manifest;
  return `## How to call it

On the command line; ${codeSpan(`${name}@champion`)} is the version in use, ${codeSpan(`${name}:${version}`)} this one:

\`\`\`sh
modelwright predict ${name}@champion "your text"
\`\`\`

From TypeScript or JavaScript:

\`\`\`ts
import { loadModel } from "modelwright";

const model = await loadModel("${name}@champion");
const [result] = await model.predict(["your text"]);
console.log(result.label, result.probability);
\`\`\`

Over HTTP, after \`modelwright serve ${name}@champion\`; the server describes every route at \`/openapi.json\`:

\`\`\`sh
curl -H 'content-type: application/json' -d '{"texts": ["your text"]}' http://127.0.0.1:8000/v1/models/${name}/predict
\`\`\`

It answers one prediction a text, in their order; with \`?all=true\` each has the probability of every label:

\`\`\`text
{"model": {"name": "${name}", "version": ${version}}, "predictions": [{"label": "…", "probability": 0.97}]}
\`\`\`

In any ONNX Runtime (Python, C#, Java, Rust, the browser): tokenize with \`tokenizer.json\`, cut to ${manifest.preprocessing.maxLength} pieces (leave out the ${manifest.preprocessing.truncation}), pad with id ${manifest.preprocessing.padId}, run \`onnx/model.onnx\`, take the softmax of the logits.

${tensorLines(signature.tensors)}`;
}

function metrics({ measures, baselines, manifest, classification }: ModelCardInput): string {
  const cell = (measure: Measure | undefined) => (measure === undefined ? "–" : formatMeasure(measure));
  const rows = metricNames(CLASSIFICATION_METRICS)
    .filter((metric) => measures[metric] !== undefined)
    .map((metric) => {
      const { title, better } = CLASSIFICATION_METRICS[metric];
      const name = better === "lower" ? `${title} (lower is better)` : title;
      return [name, cell(measures[metric]), ...baselines.map((baseline) => cell(baseline.measures[metric]))];
    });
  const model = `${escapeMarkdown(manifest.name)} v${manifest.version}`;
  const verdicts = baselines.flatMap((baseline) => {
    const named = { ...baseline, name: escapeMarkdown(baseline.name) };
    return describeVerdict(classificationFamily, model, named) ?? [];
  });
  const labels = classification.perClass.map(({ label, support, precision, recall, f1 }) => {
    const interval = measures[labelMetricKey("f1", label)];
    const bounds = interval === undefined ? "" : ` ${formatInterval(interval)}`;
    return [
      escapeMarkdown(label),
      formatCount(support),
      formatValue(precision),
      formatValue(recall),
      `${formatValue(f1)}${bounds}`.trimEnd(),
    ];
  });
  return `## How good it is

On ${formatCount(classification.rows)} test rows that it had not seen, judged once; brackets hold 95 % bootstrap intervals.

${markdownTable(["Metric", "This model", ...baselines.map(({ name }) => escapeMarkdown(name))], rows)}

${verdicts.join("\n\n")}

${markdownTable(["Label", "Test rows", "Precision", "Recall", "F1"], labels)}`;
}

function data({ dataset, manifest }: ModelCardInput): string {
  const { trainRows, validationRows, testRows } = manifest.lineage;
  const { fields, steps } = dataset.summary;
  return `## Data

${escapeMarkdown(dataset.name)}: ${formatCount(trainRows)} rows to train, ${formatCount(validationRows)} to validate, ${formatCount(testRows)} to test. ${escapeMarkdown(fields)}

${bulleted(steps.map(({ name, detail, rows }) => `${escapeMarkdown(name)}: ${escapeMarkdown(detail)} (${formatCount(rows)} rows)`))}`;
}

function lineage({ manifest, base, license = base.license }: ModelCardInput): string {
  const { recipeSha256, dataSha256, seed } = manifest.lineage;
  return `## Where it comes from

- Version ${manifest.version}, made ${manifest.createdAt} by run ${codeSpan(manifest.runId)}, seed ${seed}
- Recipe ${codeSpan(`sha256:${recipeSha256}`)}
- Data ${codeSpan(`sha256:${dataSha256}`)}
- Base weights ${codeSpan(base.name)}${base.source === undefined ? "" : ` from ${escapeMarkdown(base.source)}`}, licence ${escapeMarkdown(base.license)}
- Licence of this model: ${escapeMarkdown(license)}`;
}

/**
 * The `README.md` of a version folder, written for whoever wants to use the model.
 *
 * Its head is the YAML that Hugging Face reads from a model card. Texts from outside are escaped.
 */
export function renderModelCard(input: ModelCardInput): string {
  const { manifest } = input;
  const parts = [
    `${frontMatter(input)}\n# ${escapeMarkdown(manifest.name)} v${manifest.version}`,
    summary(input),
    `Labels: ${manifest.labels.map(codeSpan).join(", ")}`,
    usage(input),
    metrics(input),
    data(input),
    `## Limits\n\n${bulleted(describeLimits(input))}`,
    lineage(input),
  ];
  return `${parts.join("\n\n").replace(/\n{3,}/g, "\n\n")}\n`;
}
