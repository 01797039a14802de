import type { Operator } from "../operator.ts";
import { categories } from "./categories.ts";
import { features } from "./features.ts";
import { linear } from "./linear.ts";
import { scaling } from "./scaling.ts";
import { supportVectors } from "./support-vectors.ts";
import { textEditing } from "./text-editing.ts";
import { textFeatures } from "./text-features.ts";
import { tokenizers } from "./tokenizer.ts";
import { treeEnsembles } from "./tree-ensemble.ts";
import { tensorTreeEnsembles } from "./tree-ensemble-tensors.ts";

/** What stands in front of a model and what is none of layers: the domain ai.onnx.ml, and the operators on texts. */
export const machineLearning = {
  ...categories,
  ...features,
  ...linear,
  ...scaling,
  ...supportVectors,
  ...tensorTreeEnsembles,
  ...textEditing,
  ...textFeatures,
  ...tokenizers,
  ...treeEnsembles,
} satisfies Record<string, Operator>;
