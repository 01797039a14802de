import type { Recipes } from "@modelwright/contracts";
import { decoderFiles, servedDecoder, tunedManifest } from "../decoder/decoder-files.ts";
import type { VersionParts } from "../task.ts";
import { tensorsOf } from "../version-files.ts";
import type { FittedInstructionModel } from "./fit.ts";

/** The files of a version that answers, and what its manifest says. */
export function versionOf(
  { loaded, tuned, reading, maxLength }: FittedInstructionModel,
  { model: { base, fineTune } }: Recipes["instruction-tuning"],
): VersionParts<"instruction-tuning"> {
  const graph = servedDecoder(loaded, tuned);
  const { config, endIds } = reading;
  const tokenizerConfig = { ...config, model_max_length: maxLength };
  return {
    files: decoderFiles({ base, loaded, tuned, graph, endIds, tokenizerConfig }),
    manifest: {
      signature: { input: "text", output: "answer", tensors: tensorsOf(graph) },
      preprocessing: {
        tokenizer: "tokenizer.json",
        tokenizerConfig: "tokenizer_config.json",
        maxLength,
        endIds: [...endIds],
      },
      model: tunedManifest({ base, loaded, tuned }, fineTune),
    },
  };
}
