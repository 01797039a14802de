import type { Recipes } from "@modelwright/contracts";
import { encodeModelParts } from "@modelwright/engine";
import {
  buildSourceEncoder,
  buildTargetDecoder,
  countParameters,
  publishedWeights,
  writeSafetensors,
} from "@modelwright/models";
import { adapterFiles, adapterManifest } from "../decoder/decoder-files.ts";
import type { VersionParts } from "../task.ts";
import { json, tensorsOf } from "../version-files.ts";
import type { FittedSequenceToSequence } from "./fit.ts";

/** The files of a version that writes texts from others, under published names, and what its manifest says. */
export function versionOf(
  fitted: FittedSequenceToSequence,
  { model: recipe }: Recipes["sequence-to-sequence"],
): VersionParts<"sequence-to-sequence"> {
  const { base, fineTune, prefix, maxSourceLength, maxTargetLength } = recipe;
  const { model, names, tokenizerJson, tokenizerConfig, endIds, published, tuned } = fitted;
  const { parameters, trained } = tuned;
  const [encoder, decoder] = [buildSourceEncoder({ model, parameters }), buildTargetDecoder({ model, parameters })];
  const ids = {
    eos_token_id: endIds.length === 1 ? endIds[0]! : endIds,
    pad_token_id: model.padId,
    decoder_start_token_id: model.startId,
  };
  return {
    files: {
      "config.json": json({
        ...(published === undefined ? {} : { _name_or_path: base }),
        architectures: [model.className],
        model_type: model.modelType,
        ...model.config,
        ...ids,
        dtype: "float32",
      }),
      "generation_config.json": json({ ...ids, max_new_tokens: maxTargetLength }),
      "tokenizer.json": JSON.stringify(tokenizerJson),
      "tokenizer_config.json": json({
        tokenizer_class: "PreTrainedTokenizerFast",
        ...tokenizerConfig,
        model_max_length: maxSourceLength,
      }),
      // What reads texts stands first: its tensors are those of the signature.
      "onnx/encoder_model.onnx": () => encodeModelParts(encoder.graph),
      "onnx/decoder_model_merged.onnx": () => encodeModelParts(decoder.graph),
      "model.safetensors": () => writeSafetensors(publishedWeights(names, parameters), { format: "pt" }),
      ...adapterFiles({ tuned, base }),
    },
    manifest: {
      signature: { input: "text", output: "text", tensors: tensorsOf(encoder), decoder: tensorsOf(decoder) },
      preprocessing: {
        tokenizer: "tokenizer.json",
        prefix,
        maxSourceLength,
        maxTargetLength,
        startId: model.startId,
        endIds: [...endIds],
        padId: model.padId,
      },
      model: {
        architecture: model.modelType,
        base,
        ...(published === undefined ? {} : { baseSha256: published.sha256 }),
        fineTune,
        parameters: countParameters(parameters),
        trained,
        ...adapterManifest(tuned),
      },
    },
  };
}
