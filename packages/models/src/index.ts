export type { Architecture } from "./architectures/architecture.ts";
export {
  type BagOfFeaturesOptions,
  buildBagOfFeatures,
  initialBagOfFeaturesParameters,
} from "./architectures/bag-of-features.ts";
export { type BertConfig, bert } from "./architectures/bert.ts";
export type { BuiltModel } from "./architectures/built-model.ts";
export { type ConfigJsonOptions, configJson } from "./architectures/config-json.ts";
export {
  buildFeatureClassifier,
  type FeatureClassifierOptions,
  initialHeadParameters,
} from "./architectures/feature-classifier.ts";
export {
  buildTextClassifier,
  type InitialParametersOptions,
  initialParameters,
  type TextClassifierOptions,
} from "./architectures/text-classifier.ts";
export { buildTextEncoder, type TextEncoderOptions } from "./architectures/text-encoder.ts";
export { type UseLiteConfig, useLite, useLiteArchitecture } from "./architectures/use-lite.ts";
export { type BuildOptions, type DropoutInput, INFERENCE } from "./layers/layer-context.ts";
export { addCrossEntropyLoss, type CrossEntropyOptions, crossEntropy } from "./losses/cross-entropy.ts";
export { countParameters, type Parameter, type ParameterGroup, type Parameters } from "./parameters/parameter.ts";
export type { NamedTensors } from "./parameters/parameter-source.ts";
export type { LoadedEncoder, PieceVocabulary, PretrainedModel } from "./pretrained/pretrained-model.ts";
export { readSafetensors, type Safetensors } from "./pretrained/read-safetensors.ts";
export { findPretrained, loadPretrained, PRETRAINED } from "./pretrained/registry.ts";
export { writeSafetensors } from "./pretrained/write-safetensors.ts";
