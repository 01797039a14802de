export type { ReferenceTensor } from "../ops/operator.ts";
export { evaluate } from "../reference/evaluate.ts";
export { fromReference, toReference } from "../reference/reference-tensor.ts";
export { allclose, type Closeness } from "./allclose.ts";
export { checkGradient, type GradientCheck } from "./check-gradient.ts";
