export { differentiate, gradientName } from "./autodiff/differentiate.ts";
export { GraphBuilder, type PlainAttributes } from "./graph/builder.ts";
export { type Attribute, type Graph, MICROSOFT_DOMAIN, type Node, OPSET, type Value } from "./graph/graph.ts";
export { encodeModel } from "./onnx/encode.ts";
export { findOperator, OPERATORS, type OperatorName } from "./ops/table.ts";
export { DTYPES, type DType, type TensorData, type TensorDataByDType } from "./tensor/dtype.ts";
export { type Dimension, type Shape, showShape } from "./tensor/shape.ts";
export { elementCount, type Tensor, tensor, tensorFrom, zeros } from "./tensor/tensor.ts";
