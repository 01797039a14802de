import type { TokenizerJson } from "@modelwright/data";
import { encodeModelParts } from "@modelwright/engine";
import { type BuiltModel, type Parameters, writeSafetensors } from "@modelwright/models";
import type { PreparedPretraining } from "@modelwright/training";
import { json, type VersionFiles } from "../version-files.ts";
import type { LanguageModelKind } from "./kinds.ts";

export interface ScratchModel {
  readonly prepared: PreparedPretraining;
  readonly parameters: Parameters;
  /** The graph to serve. */
  readonly graph: BuiltModel;
  readonly tokenizerJson: TokenizerJson;
  /** Tokens that it reads at once. */
  readonly sequenceLength: number;
}

/** The files of a model from scratch, under the names that its family has elsewhere: transformers opens them, and `model.base` takes them. */
export function scratchFiles(
  { specialTokens }: Pick<LanguageModelKind, "specialTokens">,
  { prepared, parameters, graph, tokenizerJson, sequenceLength }: ScratchModel,
): VersionFiles {
  const { config, generation, published } = prepared;
  return {
    "config.json": json(config),
    ...(generation === undefined ? {} : { "generation_config.json": json(generation) }),
    "tokenizer.json": JSON.stringify(tokenizerJson),
    "tokenizer_config.json": json({
      tokenizer_class: "PreTrainedTokenizerFast",
      model_max_length: sequenceLength,
      ...specialTokens,
    }),
    "onnx/model.onnx": () => encodeModelParts(graph.graph),
    "model.safetensors": () => writeSafetensors(published(parameters), { format: "pt" }),
  };
}
