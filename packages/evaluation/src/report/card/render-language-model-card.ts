import {
  type CausalLanguageModelManifest,
  LANGUAGE_MODELING_METRICS,
  type LanguageModelingMetric,
  type MaskedLanguageModelManifest,
  type Measure,
} from "@modelwright/contracts";
import { type FamilyWords, metricNames } from "../../families/metric-family.ts";
import type { MetricComparison } from "../../intervals/compare-outcomes.ts";
import type { DataSummary } from "../evaluation-report.ts";
import { formatCount, formatMeasure } from "../number-format.ts";
import { describeVerdict } from "../verdict.ts";
import { frontMatterOf } from "./front-matter.ts";
import { codeSpan, escapeMarkdown, markdownTable } from "./markdown.ts";
import { tensorLines } from "./tensor-lines.ts";

type Manifest = CausalLanguageModelManifest | MaskedLanguageModelManifest;

/** What the card of a language model is written from. */
export interface LanguageModelCardInput {
  readonly manifest: Manifest;
  readonly dataset: { readonly name: string; readonly summary: DataSummary };
  /** `word-piece`, `byte-pair` or `unigram`. */
  readonly tokenizer: { readonly kind: string; readonly vocabularySize: number };
  readonly measures: Readonly<Record<string, Measure>>;
  readonly baselines: readonly {
    readonly name: string;
    readonly measures: Readonly<Record<string, Measure>>;
    readonly comparisons: readonly MetricComparison<LanguageModelingMetric>[];
  }[];
  readonly family: FamilyWords<LanguageModelingMetric>;
}

/** What a task's model does, how it is called, and what it cannot do. */
interface TaskWords {
  readonly pipelineTag: string;
  readonly summary: string;
  readonly call: (name: string) => { readonly shell: string; readonly program: string };
  readonly runtime: (manifest: Manifest) => string;
  readonly limits: readonly string[];
}

const TASKS: Readonly<Record<Manifest["task"], TaskWords>> = {
  "causal-language-modeling": {
    pipelineTag: "text-generation",
    summary: "Writes on behind a text, piece by piece",
    call: (name) => ({
      shell: `modelwright predict ${name}@champion "The mayor said" --max-tokens 40 --temperature 0.8`,
      program: `import { loadCausalLanguageModel } from "modelwright";

const model = await loadCausalLanguageModel("${name}@champion");
const { text } = await model.generate("The mayor said", { maxTokens: 40, temperature: 0.8, seed: 7 });`,
    }),
    runtime: ({ preprocessing }) =>
      `tokenize with \`tokenizer.json\`, put the id of \`<|endoftext|>\` in front, keep the last ${preprocessing.maxLength} pieces, run \`onnx/model.onnx\`, draw the next piece from the softmax of the last logits.`,
    limits: [
      "It writes what is likely, not what is true, and repeats what stands in its training texts, harmful words too.",
      "Each piece reads the whole window again: writing a long text takes long.",
    ],
  },
  "masked-language-modeling": {
    pipelineTag: "fill-mask",
    summary: "Foretells the masked pieces of a text, and whether a text follows another",
    call: (name) => ({
      shell: `modelwright predict ${name}@champion "The [MASK] said so." --top 5`,
      program: `import { loadMaskedLanguageModel } from "modelwright";

const model = await loadMaskedLanguageModel("${name}@champion");
const { masks } = await model.fill("The [MASK] said so.", { top: 5 });`,
    }),
    runtime: ({ preprocessing }) =>
      `tokenize with \`tokenizer.json\` and its special tokens, cut to ${preprocessing.maxLength} pieces, run \`onnx/model.onnx\`, take the softmax of the logits at each \`[MASK]\`.`,
    limits: [
      "It says what is usual, not what is true, and has the prejudices of its training texts.",
      "It foretells pieces: a word of several pieces is several masks.",
    ],
  },
};

/** The `README.md` of a language model's version folder. Texts from outside are escaped. */
export function renderLanguageModelCard(input: LanguageModelCardInput): string {
  const { manifest, dataset, tokenizer, measures, baselines, family } = input;
  const { name, version, lineage, preprocessing } = manifest;
  const { pipelineTag, summary, call, runtime, limits } = TASKS[manifest.task];
  const { shell, program } = call(name);
  const head = frontMatterOf({ pipeline_tag: pipelineTag, library_name: "onnx", tags: ["onnx", "modelwright"] });
  const cell = (measure: Measure | undefined) => (measure === undefined ? "–" : formatMeasure(measure));
  const rows = metricNames(LANGUAGE_MODELING_METRICS)
    .filter((metric) => measures[metric] !== undefined)
    .map((metric) => {
      const { title, better } = LANGUAGE_MODELING_METRICS[metric];
      const titled = better === "lower" ? `${title} (lower is better)` : title;
      return [titled, cell(measures[metric]), ...baselines.map((baseline) => cell(baseline.measures[metric]))];
    });
  const meanings = metricNames(LANGUAGE_MODELING_METRICS)
    .filter((metric) => measures[metric] !== undefined)
    .map((metric) => `- ${LANGUAGE_MODELING_METRICS[metric].title}: ${LANGUAGE_MODELING_METRICS[metric].summary}`);
  const verdicts = baselines.flatMap(
    (baseline) => describeVerdict(family, `${escapeMarkdown(name)} v${version}`, baseline) ?? [],
  );
  const steps = dataset.summary.steps.map(
    (step) => `- ${escapeMarkdown(step.name)}: ${escapeMarkdown(step.detail)} (${formatCount(step.rows)} documents)`,
  );
  const warnings = dataset.summary.warnings.map((warning) => `- ${escapeMarkdown(warning)}`);
  return `${head}
# ${escapeMarkdown(name)} v${version}

${summary}; ${codeSpan(manifest.model.architecture)} from scratch, ${formatCount(manifest.model.parameters)} parameters, ${formatCount(tokenizer.vocabularySize)} pieces of a ${tokenizer.kind} tokenizer that was trained on the same texts.

## How to call it

\`\`\`sh
${shell}
\`\`\`

\`\`\`ts
${program}
\`\`\`

In any ONNX Runtime: ${runtime(manifest)}

${tensorLines(manifest.signature.tensors)}

## How good it is

On ${formatCount(lineage.testRows)} documents that it had not seen, judged once; brackets hold 95 % bootstrap intervals over documents.

${markdownTable(["Metric", "This model", ...baselines.map((baseline) => escapeMarkdown(baseline.name))], rows)}

${meanings.join("\n")}

${verdicts.join("\n\n")}

## Data

${escapeMarkdown(dataset.name)}: ${formatCount(lineage.trainRows)} documents to train, ${formatCount(lineage.validationRows)} to validate, ${formatCount(lineage.testRows)} to test.

${steps.join("\n")}

## Limits

${[...limits.map((limit) => `- ${limit}`), `- It reads ${preprocessing.maxLength} pieces at once.`, ...warnings].join("\n")}

## Where it comes from

- Version ${version}, made ${manifest.createdAt} by run ${codeSpan(manifest.runId)}, seed ${lineage.seed}
- Recipe ${codeSpan(`sha256:${lineage.recipeSha256}`)}
- Data ${codeSpan(`sha256:${lineage.dataSha256}`)}
- Its licence is for whoever trained it to choose, and depends on the texts.
`.replace(/\n{3,}/g, "\n\n");
}
