/**
 * Operators that ONNX Runtime's retired training build had gradients for, with the operator of ours that does the same, or why there is none.
 * Source: orttraining/orttraining/core/graph/gradient_builder_registry.cc and gradient_builder.cc of microsoft/onnxruntime; the latter was
 * read in part, so a few of later years may be missing.
 */
const same = (names) => names.split(" ").map((name) => [name, { by: name }]);

export const RETIRED_TRAINING_BUILD = [
  ...same("Cast Sin Log Tanh Sqrt Erf Relu Pow Add Sub Mul Div Neg Sigmoid Where Exp Clip Abs Min Max Identity"),
  ...same("Reciprocal LeakyRelu MatMul Gemm ReduceMean ReduceSum ReduceLogSumExp ReduceL2 Softmax LogSoftmax TopK"),
  ...same("Split Concat Reshape Transpose Squeeze Unsqueeze Slice Expand Flatten Tile Pad"),
  ...same("Gather GatherND GatherElements ScatterND ScatterElements"),
  ...same("Conv ConvTranspose MaxPool AveragePool GlobalAveragePool Dropout LayerNormalization"),
  ...same("SimplifiedLayerNormalization Gelu BiasGelu FastGelu SoftmaxCrossEntropyLoss"),
  ["BatchNormInternal", { by: "BatchNormalization" }],
  ["ConcatTraining", { by: "Concat" }],
  ["GRUTraining", { by: "GRU" }],
  ["LSTMTraining", { by: "LSTM" }],
  ["ScaledSum", { by: "Sum" }],
  ["ShrunkenGather", { by: "Gather" }],
  ["SoftmaxCrossEntropy", { by: "SoftmaxCrossEntropyLoss" }],
  ["SparseSoftmaxCrossEntropy", { by: "SoftmaxCrossEntropyLoss" }],
  ["FakeQuant", { missing: "training that imitates quantised weights is not here" }],
  ["PadAndUnflatten", { missing: "left padding out is done by batches of like lengths" }],
  ["ATenOp", { missing: "it calls PyTorch" }],
  ["PythonOp", { missing: "it calls Python" }],
  ["Send", { missing: "it is for several machines" }],
  ["Recv", { missing: "it is for several machines" }],
  ["MegatronF", { missing: "it is for several machines" }],
  ["MegatronG", { missing: "it is for several machines" }],
];

/** Operators whose gradient users of that build asked for in vain. */
export const ASKED_FOR =
  "Atan Softplus Softsign Elu Selu HardSwish HardSigmoid Mish Einsum CumSum ReduceMax ReduceMin ReduceProd Resize InstanceNormalization GroupNormalization PRelu Cos GRU RNN Round Trilu RotaryEmbedding If Loop Scan".split(
    " ",
  );
