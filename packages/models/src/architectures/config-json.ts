import type { Encoder } from "./encoder.ts";

export interface ConfigJsonOptions {
  readonly architecture: Encoder;
  /** Index in this list = index in `logits`. */
  readonly labels: readonly string[];
  /** What the outputs are, in Hugging Face's words. Default: one label per text. */
  readonly problemType?: "single_label_classification" | "multi_label_classification" | "regression" | undefined;
  /** Name of the pretrained model that was fine-tuned, if one was. */
  readonly base?: string;
  readonly padId: number;
}

/** The `config.json` of a text classifier in Hugging Face's layout, as an object. */
export function configJson({
  architecture,
  labels,
  problemType = "single_label_classification",
  base,
  padId,
}: ConfigJsonOptions): Readonly<Record<string, unknown>> {
  return {
    ...(base === undefined ? {} : { _name_or_path: base }),
    architectures: [`${architecture.className ?? classNameOf(architecture.modelType)}ForSequenceClassification`],
    model_type: architecture.modelType,
    ...architecture.config,
    pad_token_id: padId,
    problem_type: problemType,
    num_labels: labels.length,
    id2label: Object.fromEntries(labels.map((label, id) => [String(id), label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  };
}

/** A model type as it would stand in front of a class name: `use-lite` as `UseLite`. */
function classNameOf(modelType: string): string {
  return modelType.replace(/(?:^|[-_ ]+)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
