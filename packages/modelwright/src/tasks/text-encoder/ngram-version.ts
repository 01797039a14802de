import { encodeModel } from "@modelwright/engine";
import { NGRAM_READING } from "@modelwright/training";
import { json } from "../version-files.ts";
import type { FittedNgrams } from "./candidates/ngram-candidate.ts";

const PAD_ID = 0;

/** The files of a version of TF-IDF under a linear model: where those of an encoder lie, and read like them. */
export function ngramFiles({ model }: FittedNgrams, labels: readonly string[]): Record<string, string | Uint8Array> {
  const config = {
    model_type: "tfidf-linear",
    pad_token_id: PAD_ID,
    problem_type: "single_label_classification",
    num_labels: labels.length,
    id2label: Object.fromEntries(labels.map((label, id) => [String(id), label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  };
  const tokenizerConfig = { tokenizer_class: "PreTrainedTokenizerFast", model_max_length: NGRAM_READING.maxLength };
  return {
    "config.json": json(config),
    "tokenizer.json": JSON.stringify(model.tokenizerJson),
    "tokenizer_config.json": json(tokenizerConfig),
    "onnx/model.onnx": encodeModel(model.graph()),
  };
}

/** What the manifest of such a version says of its model. */
export function ngramManifest({ model }: FittedNgrams, { pairs }: { readonly pairs: boolean }) {
  return {
    preprocessing: {
      tokenizer: "tokenizer.json" as const,
      ...NGRAM_READING,
      padId: PAD_ID,
      ...(pairs ? { pair: "joined" as const } : {}),
    },
    model: { kind: "tfidf" as const, base: "tfidf", fineTune: "linear", parameters: model.parameters },
  };
}

/** The inputs of its graph, as its manifest names them. */
export const ngramInputs = ["input_ids", "attention_mask"].map((name) => ({ name, dtype: "int64", shape: [-1, -1] }));
