import type { Recipes } from "@modelwright/contracts";
import { loadTokenizer, tagNames } from "@modelwright/data";
import { encodeModel } from "@modelwright/engine";
import { countParameters } from "@modelwright/models";
import type { VersionParts } from "../task.ts";
import { json, tensorsOf } from "../version-files.ts";
import { ARCHITECTURE, type FittedTagger } from "./fit.ts";

/** What is kept and served of a tagger. */
export function versionOf(
  { labels, units, tokenizerJson, graph }: FittedTagger,
  { model }: Recipes["token-classification"],
): VersionParts<"token-classification"> {
  const { padId } = loadTokenizer(tokenizerJson);
  const tags = tagNames(labels);
  const config = {
    model_type: ARCHITECTURE,
    pad_token_id: padId,
    num_labels: tags.length,
    id2label: Object.fromEntries(tags.map((tag, id) => [String(id), tag])),
    label2id: Object.fromEntries(tags.map((tag, id) => [tag, id])),
  };
  return {
    files: {
      "config.json": json(config),
      "tokenizer.json": JSON.stringify(tokenizerJson),
      "tokenizer_config.json": json({
        tokenizer_class: "PreTrainedTokenizerFast",
        model_max_length: model.maxLength,
        pad_token: "[PAD]",
        unk_token: "[UNK]",
      }),
      "onnx/model.onnx": encodeModel(graph.graph),
    },
    manifest: {
      labels: [...labels],
      signature: { input: "text", output: "entities", tensors: tensorsOf(graph) },
      preprocessing: { tokenizer: "tokenizer.json", units, maxLength: model.maxLength, padId },
      model: { architecture: ARCHITECTURE, base: model.base, parameters: countParameters(graph.parameters) },
    },
  };
}
