export { adapterGraph } from "./adapters/adapter-graph.ts";
export {
  type AdaptableLayers,
  type AdapterTargets,
  adaptableLayers,
  namedScopes,
  targetedLayers,
} from "./adapters/adapter-targets.ts";
export { type AdaptableLayer, isAdapterParameter, type LowRankAdapters } from "./adapters/low-rank-adapters.ts";
export { type AdapterScaling, adapterParameters, mergeAdapters } from "./adapters/merge-adapters.ts";
export {
  type AdapterSettings,
  type NamedModel,
  type PeftAdapter,
  peftAdapter,
  type ReadAdapter,
  readPeftAdapter,
} from "./adapters/peft-adapter.ts";
export type { PeftTask } from "./adapters/published-scopes.ts";
export {
  type Autoencoded,
  type AutoencoderConfig,
  autoencoder,
  type ConvolutionalAutoencoderConfig,
  convolutionalAutoencoder,
  type Denoising,
} from "./architectures/autoencoder.ts";
export {
  type AveragedEncoderConfig,
  type AveragedTextConfig,
  averagedEncoder,
} from "./architectures/averaged-encoder.ts";
export { type BertConfig, bert, bertWordTable } from "./architectures/bert.ts";
export { type BuildDecoderOptions, buildDecoder } from "./architectures/build-decoder.ts";
export {
  type BuildEncoderDecoderOptions,
  buildSourceEncoder,
  buildTargetDecoder,
} from "./architectures/build-encoder-decoder.ts";
export { type BuildModelOptions, type BuiltModel, buildModel } from "./architectures/built-model.ts";
export { type ConfigJsonOptions, configJson } from "./architectures/config-json.ts";
export {
  type CacheShape,
  type CausalLanguageModelOptions,
  causalLanguageModel,
  type Decoder,
  type DecoderInputs,
  type DecoderOutputs,
  type DecoderPast,
  decoderCaches,
  decoderMask,
  IGNORED_LABEL,
  keptPositions,
} from "./architectures/decoder.ts";
export { type DualEncoderOptions, dualEncoder } from "./architectures/dual-encoder.ts";
export {
  type EmbeddingDenseClassifierConfig,
  embeddingDenseClassifier,
} from "./architectures/embedding-dense-classifier.ts";
export { type EmbeddingLoss, embeddingModel, type RowText, textsOfLoss } from "./architectures/embedding-model.ts";
export {
  ENCODER_INPUT_NAMES,
  type EncodedTexts,
  type Encoder,
  type EncoderInput,
  type EncoderInputs,
  readsTokenTypes,
} from "./architectures/encoder.ts";
export {
  type CrossKeyValues,
  type EncoderDecoder,
  type Memory,
  type SourceInputs,
  sequenceToSequenceModel,
  type TargetInputs,
  type TargetOutputs,
} from "./architectures/encoder-decoder.ts";
export { type FeatureModelOptions, featureModel } from "./architectures/feature-model.ts";
export { type Gpt2Config, gpt2 } from "./architectures/gpt2.ts";
export { type GraphEncoderOptions, graphEncoder } from "./architectures/graph-encoder.ts";
export { type LenetConfig, lenet } from "./architectures/lenet.ts";
export { type LlamaConfig, llama } from "./architectures/llama.ts";
export { type LstmClassifierConfig, lstmClassifier } from "./architectures/lstm-classifier.ts";
export { type LstmEncoderConfig, type LstmTextConfig, lstmEncoder } from "./architectures/lstm-encoder.ts";
export { type LstmLanguageModelConfig, lstmLanguageModel } from "./architectures/lstm-language-model.ts";
export { type LstmRegressorConfig, lstmRegressor } from "./architectures/lstm-regressor.ts";
export { buildMaskedEncoder, maskedEncoder } from "./architectures/masked-encoder.ts";
export { type MaskedLanguageModelInputs, maskedLanguageModel } from "./architectures/masked-language-model.ts";
export { type MlpConfig, mlp } from "./architectures/mlp.ts";
export { type MobilenetV2Config, mobilenetV2 } from "./architectures/mobilenet-v2.ts";
export { type ResnetConfig, resnet } from "./architectures/resnet.ts";
export { type SequenceTaggerConfig, sequenceTagger } from "./architectures/sequence-tagger.ts";
export { type BilstmVectorsConfig, bilstmVectors, spanTagger, type TokenVectors } from "./architectures/span-tagger.ts";
export { type SparseLinearModelOptions, sparseLinearModel } from "./architectures/sparse-linear-model.ts";
export { type T5Config, t5 } from "./architectures/t5.ts";
export { tableAutoencoder } from "./architectures/table-autoencoder.ts";
export { type TableNetworkConfig, tableNetwork } from "./architectures/table-network.ts";
export {
  type TextCnnConfig,
  type TextCnnEncoderConfig,
  type TextCnnFeaturesConfig,
  textCnn,
  textCnnEncoder,
} from "./architectures/text-cnn.ts";
export {
  buildSentenceEncoder,
  buildTextEncoder,
  drawTextEncoder,
  SENTENCE_OUTPUTS,
  type TextEncoderOptions,
  textInputs,
} from "./architectures/text-encoder.ts";
export { type TextModelOptions, textModel } from "./architectures/text-model.ts";
export { type TfidfLinearParts, tfidfLinearGraph } from "./architectures/tfidf-linear.ts";
export { type TaggerOutput, type TokenTaggerOptions, tokenTagger } from "./architectures/token-tagger.ts";
export { type UNetConfig, uNet } from "./architectures/u-net.ts";
export { type UseLiteConfig, useLite, useLiteArchitecture } from "./architectures/use-lite.ts";
export {
  type GaussianCode,
  standardNormalDivergence,
  type VariationalAutoencoderConfig,
  type VariationallyAutoencoded,
  variationalAutoencoder,
} from "./architectures/variational-autoencoder.ts";
export { type VitConfig, vit } from "./architectures/vit.ts";
export { type CrfDecoded, crfDecode } from "./crf/crf-decode.ts";
export { type CrfLossValues, crfLoss } from "./crf/crf-loss.ts";
export { bioScores, type CrfScores, type CrfValues } from "./crf/crf-scores.ts";
export { type SpanCountValues, spanCounts } from "./crf/span-counts.ts";
export { ACTIVATIONS, type ActivationName, activation } from "./layers/activation.ts";
export { type AttentionMask, attentionMask } from "./layers/attention-mask.ts";
export { type BatchNormOptions, batchNorm } from "./layers/batch-norm.ts";
export { causalMask, segmentedCausalMask } from "./layers/causal-mask.ts";
export {
  type ConvolutionOptions,
  conv1d,
  conv2d,
  convTranspose2d,
  type TransposedConvolutionOptions,
} from "./layers/convolution.ts";
export { type DenseOptions, dense } from "./layers/dense.ts";
export { dropout } from "./layers/dropout.ts";
export { type EmbeddingOptions, embedding, embeddingTable, positionEmbedding } from "./layers/embedding.ts";
export { type FeedForwardOptions, feedForward } from "./layers/feed-forward.ts";
export { type GatedFeedForwardOptions, gatedFeedForward } from "./layers/gated-feed-forward.ts";
export { type GraphLayerOptions, graphLayer } from "./layers/graph-layer.ts";
export { type GroupNormOptions, groupNorm } from "./layers/group-norm.ts";
export { l2Normalize } from "./layers/l2-normalize.ts";
export {
  type BufferState,
  type BuildOptions,
  type DropoutInput,
  INFERENCE,
  LayerContext,
  type NoiseInput,
} from "./layers/layer-context.ts";
export { type LayerNormOptions, layerNorm } from "./layers/layer-norm.ts";
export { maxPooling } from "./layers/max-pooling.ts";
export { meanPooling } from "./layers/mean-pooling.ts";
export { type MultiHeadAttentionOptions, multiHeadAttention } from "./layers/multi-head-attention.ts";
export { type PatchEmbeddingOptions, patchEmbedding } from "./layers/patch-embedding.ts";
export { averagePool, globalAveragePool, maxPool, type PoolOptions } from "./layers/pooling.ts";
export { gru, lstm, type RecurrentOptions, type RecurrentOutputs, rnn, sequenceLengths } from "./layers/recurrent.ts";
export { rmsNorm } from "./layers/rms-norm.ts";
export {
  type RotaryTables,
  type RotaryTablesOptions,
  rotaryEmbedding,
  rotaryTables,
} from "./layers/rotary-embedding.ts";
export { type SinusoidalTimingOptions, sinusoidalTiming } from "./layers/sinusoidal-timing.ts";
export { type StochasticDepthOptions, stochasticDepth } from "./layers/stochastic-depth.ts";
export { type TransformerBlockOptions, transformerBlock } from "./layers/transformer-block.ts";
export { type UpsampleOptions, upsample } from "./layers/upsample.ts";
export { type BinaryCrossEntropyValues, binaryCrossEntropy } from "./losses/binary-cross-entropy.ts";
export { type CrossEntropyOptions, type CrossEntropyValues, crossEntropy } from "./losses/cross-entropy.ts";
export { type BinaryFocalValues, binaryFocal, type FocalValues, focal } from "./losses/focal.ts";
export { type HingeValues, hinge } from "./losses/hinge.ts";
export { type KlDivergenceValues, klDivergence } from "./losses/kl-divergence.ts";
export type { LossContext } from "./losses/loss-context.ts";
export {
  type ContrastiveValues,
  type CosineEmbeddingValues,
  type CosineSimilarityValues,
  contrastive,
  cosineEmbedding,
  cosineSimilarity,
  type MultipleNegativesRankingValues,
  multipleNegativesRanking,
  type TripletValues,
  triplet,
} from "./losses/metric-learning.ts";
export type { Reduction } from "./losses/reduction.ts";
export {
  type HuberValues,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  type RegressionValues,
} from "./losses/regression.ts";
export {
  type StructuralSimilarityValues,
  structuralDissimilarity,
  structuralSimilarity,
} from "./losses/structural-similarity.ts";
export { weightedSum } from "./losses/weighted-sum.ts";
export {
  type BuildDefinitionOptions,
  type BuiltEvaluation,
  type BuiltLoss,
  type BuiltLossPart,
  buildEvaluation,
  buildLoss,
  buildPrediction,
  defineModel,
  LOSS_OUTPUT,
  LOSS_SCALE_INPUT,
  type LossParts,
  type LossValues,
  type ModelDefinition,
  type ModelOf,
  type TensorSpec,
  type TensorSpecs,
  type ValuesOf,
} from "./model-definition.ts";
export { type ClassObjectiveOptions, classObjective } from "./objectives/class-objective.ts";
export { type DistillationOptions, distillationObjective } from "./objectives/distillation-objective.ts";
export { type LabelObjectiveOptions, labelObjective } from "./objectives/label-objective.ts";
export { type NumberObjectiveOptions, numberObjective } from "./objectives/number-objective.ts";
export type { Objective } from "./objectives/objective.ts";
export {
  constant,
  heNormal,
  heUniform,
  type Initializer,
  normal,
  orthogonal,
  truncatedNormal,
  uniform,
  xavierNormal,
  xavierUniform,
} from "./parameters/initializers.ts";
export { countParameters, type Parameter, type Parameters } from "./parameters/parameter.ts";
export {
  drawnParameters,
  givenOr,
  givenParameters,
  type NamedTensors,
  type ParameterRequest,
  type ParameterSource,
} from "./parameters/parameter-source.ts";
export { BUILT_IN_MODELS } from "./pretrained/built-in-models.ts";
export { checkMaxLength } from "./pretrained/check-max-length.ts";
export { readHubSettings } from "./pretrained/hub/hub-settings.ts";
export type { HubProgress } from "./pretrained/hub/hub-snapshot.ts";
export { decoderParameterNames } from "./pretrained/hugging-face/decoder-families.ts";
export { t5ParameterNames } from "./pretrained/hugging-face/encoder-decoder-families/t5.ts";
export type { GenerationConfig } from "./pretrained/hugging-face/generation-config.ts";
export type { ParameterNames, RenamedTensor } from "./pretrained/hugging-face/parameter-names.ts";
export { publishedMaskedModel } from "./pretrained/hugging-face/published-masked-model.ts";
export { publishedWeights } from "./pretrained/hugging-face/published-weights.ts";
export { type PublishedDense, publishedDense } from "./pretrained/hugging-face/sentence-dense.ts";
export type { SentenceModel } from "./pretrained/hugging-face/sentence-transformers.ts";
export { isLocal, localDigest } from "./pretrained/local-reference.ts";
export type {
  LoadedDecoder,
  LoadedEncoderDecoder,
  LoadedPretrained,
  PretrainedDecoder,
  PretrainedEncoderDecoder,
  PretrainedModel,
  PublishedModel,
} from "./pretrained/pretrained-model.ts";
export { readSafetensors, type Safetensors } from "./pretrained/read-safetensors.ts";
export {
  type PinnedReference,
  pinReference,
  type ReferenceContext,
  resolvePretrained,
  resolvePretrainedDecoder,
  resolvePretrainedEncoderDecoder,
} from "./pretrained/resolve-pretrained.ts";
export { writeSafetensors } from "./pretrained/write-safetensors.ts";
