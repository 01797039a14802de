import type { Recipes } from "@modelwright/contracts";
import type { VersionParts } from "../task.ts";
import { textEncoderFiles, textEncoderInputs, textEncoderManifest } from "../text-encoder/text-encoder-version.ts";
import type { FittedClassifier } from "./fit.ts";

/** The files of a classifier and what its manifest says. */
export function versionOf(
  fitted: FittedClassifier,
  recipe: Recipes["text-classification"],
): VersionParts<"text-classification"> {
  const { labels } = fitted;
  return {
    files: textEncoderFiles(fitted, recipe, { labels }),
    manifest: {
      labels: [...labels],
      signature: {
        input: "text",
        output: "label-probabilities",
        tensors: {
          inputs: textEncoderInputs(fitted),
          outputs: [{ name: "logits", dtype: "float32", shape: [-1, labels.length] }],
        },
      },
      ...textEncoderManifest(fitted, recipe),
    },
  };
}
