import type { Recipes } from "@modelwright/contracts";
import { loadTokenizer, tagNames } from "@modelwright/data";
import { encodeModel } from "@modelwright/engine";
import { configJson, countParameters } from "@modelwright/models";
import type { VersionParts } from "../task.ts";
import { adapterFiles, adapterManifest } from "../text-encoder/text-encoder-version.ts";
import { json, tensorsOf } from "../version-files.ts";
import type { FittedEncoder, FittedTagger } from "./fitted-tagger.ts";

/** What is kept and served of a tagger. */
export function versionOf(
  fitted: FittedTagger,
  { model }: Recipes["token-classification"],
): VersionParts<"token-classification"> {
  const { labels, units, tokenizerJson, architecture, graph, pretrained } = fitted;
  const { padId } = loadTokenizer(tokenizerJson);
  const { config, tokenizer } = pretrained === undefined ? ofUnits(fitted) : ofEncoder(pretrained, fitted, padId);
  const tokensPerUnit = pretrained === undefined ? {} : { tokensPerUnit: "many" as const };
  const { maxLength, base } = model;
  return {
    files: {
      "config.json": json(config),
      "tokenizer.json": JSON.stringify(tokenizerJson),
      "tokenizer_config.json": json({
        tokenizer_class: "PreTrainedTokenizerFast",
        model_max_length: maxLength,
        ...tokenizer,
      }),
      "onnx/model.onnx": encodeModel(graph.graph),
      ...(pretrained?.adapter === undefined ? {} : adapterFiles(pretrained.adapter, base, "TOKEN_CLS")),
    },
    manifest: {
      labels: [...labels],
      signature: { input: "text", output: "entities", tensors: tensorsOf(graph) },
      preprocessing: { tokenizer: "tokenizer.json", units, ...tokensPerUnit, maxLength, padId },
      model: {
        architecture,
        base,
        parameters: countParameters(graph.parameters),
        ...(pretrained === undefined ? {} : { fineTune: model.fineTune, ...madeOf(pretrained) }),
      },
    },
  };
}

/** Files of a network on units of its own vocabulary. */
function ofUnits({ labels, architecture, tokenizerJson }: FittedTagger) {
  const tags = tagNames(labels);
  const config = {
    model_type: architecture,
    pad_token_id: loadTokenizer(tokenizerJson).padId,
    num_labels: tags.length,
    id2label: Object.fromEntries(tags.map((tag, id) => [String(id), tag])),
    label2id: Object.fromEntries(tags.map((tag, id) => [tag, id])),
  };
  return { config, tokenizer: { pad_token: "[PAD]", unk_token: "[UNK]" } };
}

/** Files of an encoder under a head for each token, as other libraries read them. */
function ofEncoder({ loaded: { encoder, title } }: FittedEncoder, { labels }: FittedTagger, padId: number) {
  const config = configJson({
    architecture: encoder,
    labels: tagNames(labels),
    head: "TokenClassification",
    base: title,
    padId,
  });
  return { config, tokenizer: {} };
}

function madeOf({ loaded: { sha256 }, trained, adapter }: FittedEncoder) {
  return {
    ...(sha256 === undefined ? {} : { baseSha256: sha256 }),
    trained,
    ...(adapter === undefined ? {} : { adapter: adapterManifest(adapter) }),
  };
}
