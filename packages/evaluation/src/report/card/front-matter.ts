import type { MetricFamilyName } from "@modelwright/contracts";
import { cleanText } from "@modelwright/pages";
import type { ModelCardInput } from "./model-card.ts";

type Yaml = string | number | readonly Yaml[] | { readonly [key: string]: Yaml };

/** Block style YAML 1.2; strings as JSON strings, which YAML reads as they are. */
function toYaml(value: Yaml, indent = ""): string {
  if (typeof value === "string") return ` ${JSON.stringify(cleanText(value))}`;
  if (typeof value === "number") return ` ${value}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return " []";
    return value.map((item: Yaml) => `\n${indent}-${toYaml(item, `${indent}  `).replace(/^\n\s*/, " ")}`).join("");
  }
  return Object.entries(value)
    .map(([key, item]) => `\n${indent}${key}:${toYaml(item, `${indent}  `)}`)
    .join("");
}

/** The names of metrics at Hugging Face; the others are not registered there. */
const registeredMetrics: Readonly<Record<MetricFamilyName, Readonly<Record<string, string>>>> = {
  classification: {
    accuracy: "accuracy",
    f1Macro: "f1",
    precisionMacro: "precision",
    recallMacro: "recall",
    rocAuc: "roc_auc",
  },
  "language-modeling": { perplexity: "perplexity" },
  regression: { mae: "mae", r2: "r_squared", spearman: "spearmanr" },
  anomalies: { rocAuc: "roc_auc", precision: "precision", recall: "recall", f1: "f1" },
  spans: { f1Micro: "f1", precisionMicro: "precision", recallMicro: "recall" },
  embeddings: { mrr: "mrr", spearman: "spearmanr", pearson: "pearsonr" },
  forecasts: { mase: "mase", smape: "smape", mae: "mae" },
  recommendations: {},
  "multi-label": { f1Micro: "f1", precisionMicro: "precision", recallMicro: "recall" },
  // chrF is given in percent there.
  "written-texts": { rougeL: "rouge", exact: "exact_match" },
};

/** What may be a model on the hub; the path of a folder is none. */
const HUB_NAME = /^\w[\w.-]*(\/[\w.-]+)?$/;

/**
 * The machine-readable head of a model card.
 *
 * @see https://github.com/huggingface/hub-docs/blob/main/modelcard.md
 */
export function frontMatter({ manifest, family, dataset, measures, parts }: ModelCardInput): string {
  const { license, base, pipelineTag, taskTitle } = parts;
  const { language } = manifest.lineage;
  const metrics = Object.entries(registeredMetrics[family.name]).flatMap(([metric, type]) => {
    const measure = measures[metric];
    const name = family.metrics[metric]!.title;
    return measure === undefined ? [] : [{ type, name, value: Number(measure.value.toFixed(6)) }];
  });
  const head: Yaml = {
    ...(language === undefined ? {} : { language: [language] }),
    ...(license === undefined ? {} : { license: license.toLowerCase() }),
    pipeline_tag: pipelineTag,
    library_name: "onnx",
    ...(base === undefined || !HUB_NAME.test(base.name) ? {} : { base_model: base.name }),
    tags: ["onnx", "modelwright"],
    metrics: metrics.map(({ type }) => type),
    "model-index": [
      {
        name: manifest.name,
        results: [
          {
            task: { type: pipelineTag, name: taskTitle },
            dataset: { type: dataset.name, name: dataset.name, split: "test" },
            metrics,
          },
        ],
      },
    ],
  };
  return `---${toYaml(head)}\n---`;
}
