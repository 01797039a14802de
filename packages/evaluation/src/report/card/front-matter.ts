import { cleanText } from "../html/html.ts";
import type { ModelCardInput } from "./model-card-input.ts";

export type Yaml = string | number | readonly Yaml[] | { readonly [key: string]: Yaml };

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

/** Where Hugging Face's names differ from ours; the others are not registered there. */
const registeredMetrics = {
  accuracy: { type: "accuracy", name: "Accuracy" },
  f1Macro: { type: "f1", name: "Macro F1" },
  precisionMacro: { type: "precision", name: "Macro precision" },
  recallMacro: { type: "recall", name: "Macro recall" },
  rocAuc: { type: "roc_auc", name: "ROC AUC" },
} as const;

/**
 * The machine-readable head of a model card.
 *
 * @see https://github.com/huggingface/hub-docs/blob/main/modelcard.md
 */
export function frontMatter(input: ModelCardInput): string {
  const { manifest, languages, base, license = base.license, dataset, measures } = input;
  const metrics = Object.entries(registeredMetrics).flatMap(([metric, { type, name }]) => {
    const measure = measures[metric];
    return measure === undefined ? [] : [{ type, name, value: Number(measure.value.toFixed(6)) }];
  });
  const head: Yaml = {
    ...(languages.length > 0 ? { language: languages } : {}),
    license: license.toLowerCase(),
    pipeline_tag: "text-classification",
    base_model: base.name,
    tags: ["onnx", "modelwright"],
    metrics: metrics.map(({ type }) => type),
    "model-index": [
      {
        name: manifest.name,
        results: [
          {
            task: { type: "text-classification", name: "Text classification" },
            dataset: { type: dataset.name, name: dataset.name, split: "test" },
            metrics,
          },
        ],
      },
    ],
  };
  return frontMatterOf(head);
}

/** YAML between the two lines that mark it. */
export function frontMatterOf(head: Yaml): string {
  return `---${toYaml(head)}\n---\n`;
}
