export { differentiate, gradientName } from "./autodiff/differentiate.ts";
export { rowGradientNames } from "./autodiff/row-gradients.ts";
export { GraphBuilder } from "./graph/builder.ts";
export type { Emitter, GraphEmitter, PlainAttributes } from "./graph/emitter.ts";
export { type Attribute, type Graph, MICROSOFT_DOMAIN, type Node, OPSET, type Value } from "./graph/graph.ts";
export { OLDEST_OPSET, upgradedNode } from "./graph/opset-upgrades.ts";
export { printGraph } from "./graph/print.ts";
export { ROOM } from "./onnx/attend-in-place.ts";
export { decodeModel } from "./onnx/decode.ts";
export { type EncodeOptions, encodeModel, encodeModelParts } from "./onnx/encode.ts";
export type { ExternalData, FoundData, ModelFolder } from "./onnx/external-data.ts";
export { type Scanned, scanSequences } from "./ops/recurrent/scan-sequences.ts";
export { findOperator, OPERATORS, type OperatorName } from "./ops/table.ts";
export { Optimizer, type UpdateResult } from "./optim/optimizer.ts";
export { type ArenaParameter, type ArenaSegment, ParameterArena } from "./optim/parameter-arena.ts";
export type { OptimizerName, OptimizerOptions } from "./optim/update-rules.ts";
export { composeTransposes } from "./passes/compose-transposes.ts";
export { contractSoftmaxSums } from "./passes/contract-softmax-sums.ts";
export { eliminateCommonSubexpressions } from "./passes/eliminate-common-subexpressions.ts";
export { foldConstants } from "./passes/fold-constants.ts";
export { nameOutputs } from "./passes/name-outputs.ts";
export { optimize, PASSES } from "./passes/optimize.ts";
export { poolBeforeProducts } from "./passes/pool-before-products.ts";
export { removeDeadNodes } from "./passes/remove-dead-nodes.ts";
export { selectBeforeRows } from "./passes/select-before-rows.ts";
export { shareGelu } from "./passes/share-gelu.ts";
export { logGamma } from "./probability/log-gamma.ts";
export { RandomSource } from "./random/random-source.ts";
export { evaluate, evaluateWithStrings } from "./reference/evaluate.ts";
export {
  type ChosenProvider,
  chooseProvider,
  describeProviders,
  ON_CPU,
  type ProviderDescription,
} from "./runtime/choose-provider.ts";
export { defaultRuntime, describeRuntimes, type RuntimeDescription } from "./runtime/default-runtime.ts";
export {
  EXECUTION_PROVIDER_CHOICES,
  type ExecutionProvider,
  type ExecutionProviderChoice,
} from "./runtime/execution-provider.ts";
export { createGraphSession } from "./runtime/graph-session.ts";
export { modelFolder } from "./runtime/model-folder.ts";
export { guardModel, type ModelLimits, type ModelSummary } from "./runtime/model-guard.ts";
export { type ModelFile, readModelFile } from "./runtime/read-model-file.ts";
export {
  type AnyTensorMap,
  type BoundRun,
  type CpuOperator,
  describeCpuOperators,
  type HeldFetches,
  type HeldRun,
  type HeldTensor,
  mergeCpuOperators,
  type RunOptions,
  type Runtime,
  type Session,
  type SessionOptions,
  type Spinning,
  type TensorMap,
  type ValueDescription,
} from "./runtime/runtime.ts";
export {
  DTYPES,
  type DType,
  NUMERIC_DTYPES,
  type NumericDType,
  type TensorData,
  type TensorDataByDType,
} from "./tensor/dtype.ts";
export { float16ToNumber } from "./tensor/float16.ts";
export { type Dimension, type Shape, showShape } from "./tensor/shape.ts";
export {
  type AnyTensor,
  elementCount,
  isNumeric,
  type StringTensor,
  type Tensor,
  tensor,
  tensorFrom,
  zeros,
} from "./tensor/tensor.ts";
export { TensorLayout } from "./tensor/tensor-layout.ts";
