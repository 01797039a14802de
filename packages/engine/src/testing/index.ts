export type { AnyReference, ReferenceStrings, ReferenceTensor } from "../ops/operator.ts";
export { evaluate, evaluateWithStrings } from "../reference/evaluate.ts";
export { fromReference, toReference } from "../reference/reference-tensor.ts";
export { allclose, type Closeness } from "./allclose.ts";
export { type CaseGraph, forwardGraph, lossGraph } from "./case-graph.ts";
export { checkGradient, type GradientCheck } from "./check-gradient.ts";
export { DIFFERENTIABLE_OPERATORS, gradientCases } from "./gradient-cases.ts";
export { mutateBytes } from "./mutate-bytes.ts";
export type { OperatorCase } from "./operator-case.ts";
