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

/** The operators of ai.onnx.ml that have no row: their values are maps or sequences, which a graph does not hold. */
export const REFUSED_ML_OPERATORS: Readonly<Record<string, string>> = {
  CastMap: "it reads a map; feed its values as a tensor",
  DictVectorizer: "it reads a map; feed its values as a tensor, and name missing ones by 0",
  ZipMap: "it makes a sequence of maps; export with zipmap=False, which leaves the scores a tensor",
};
