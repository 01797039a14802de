import type { Encoder } from "./encoder.ts";

export interface ConfigJsonOptions {
  readonly architecture: Encoder;
  /** Index in this list = index in `logits`. Default: there is no head, the encoder stands alone. */
  readonly labels?: readonly string[] | undefined;
  /** What the outputs are, in Hugging Face's words. Default: one label per text. */
  readonly problemType?: "single_label_classification" | "multi_label_classification" | "regression" | undefined;
  /** What stands on the encoder, in Hugging Face's words. Default: a head on each text. */
  readonly head?: "SequenceClassification" | "TokenClassification";
  /** Name of the pretrained model that was fine-tuned, if one was. */
  readonly base?: string;
  readonly padId: number;
}

/** The `config.json` of a classifier of texts or tokens, or of an encoder alone, in Hugging Face's layout, as an object. */
export function configJson({
  architecture,
  labels,
  problemType = "single_label_classification",
  head = "SequenceClassification",
  base,
  padId,
}: ConfigJsonOptions): Readonly<Record<string, unknown>> {
  const name = architecture.className ?? classNameOf(architecture.modelType);
  return {
    ...(base === undefined ? {} : { _name_or_path: base }),
    architectures: [labels === undefined ? `${name}Model` : `${name}For${head}`],
    model_type: architecture.modelType,
    ...architecture.config,
    pad_token_id: padId,
    ...(labels === undefined
      ? {}
      : headOf(labels, head === "TokenClassification" ? {} : { problem_type: problemType })),
  };
}

function headOf(labels: readonly string[], problem: object) {
  return {
    ...problem,
    num_labels: labels.length,
    id2label: Object.fromEntries(labels.map((label, id) => [String(id), label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  };
}

/** A model type as it would stand in front of a class name: `use-lite` as `UseLite`. */
function classNameOf(modelType: string): string {
  return modelType.replace(/(?:^|[-_ ]+)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
