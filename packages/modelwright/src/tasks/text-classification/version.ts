import type { Recipes } from "@modelwright/contracts";
import type { VersionParts } from "../task.ts";
import { isPairRecipe } from "../text-encoder/is-pair-recipe.ts";
import { ngramFiles, ngramInputs, ngramManifest } from "../text-encoder/ngram-version.ts";
import { textEncoderFiles, textEncoderInputs, textEncoderManifest } from "../text-encoder/text-encoder-version.ts";
import type { FittedClassifier } from "./fit.ts";

/** The files of a classifier and what its manifest says. */
export function versionOf(
  { model, labels, candidates, distillation }: FittedClassifier,
  recipe: Recipes["text-classification"],
): VersionParts<"text-classification"> {
  const pairs = isPairRecipe(recipe);
  const { files, inputs, manifest } =
    model.kind === "encoder"
      ? {
          files: textEncoderFiles(model, { labels }),
          inputs: textEncoderInputs(model),
          manifest: textEncoderManifest(model, recipe, candidates?.kept),
        }
      : { files: ngramFiles(model, labels), inputs: ngramInputs, manifest: ngramManifest(model, { pairs }) };
  return {
    files,
    manifest: {
      labels: [...labels],
      signature: {
        input: pairs ? "text-pair" : "text",
        output: "label-probabilities",
        tensors: { inputs, outputs: [{ name: "logits", dtype: "float32", shape: [-1, labels.length] }] },
      },
      ...manifest,
      ...(candidates === undefined ? {} : { candidates }),
      ...(distillation === undefined ? {} : { distillation }),
    },
  };
}
