import { isDifferentiable } from "../ops/operator.ts";
import { OPERATORS, type OperatorName } from "../ops/table.ts";
import { parametersOf } from "./case-graph.ts";
import type { OperatorCase } from "./operator-case.ts";
import { OPERATOR_CASES } from "./operator-cases/index.ts";

export const DIFFERENTIABLE_OPERATORS: readonly OperatorName[] = (Object.keys(OPERATORS) as OperatorName[]).filter(
  (opType) => isDifferentiable(OPERATORS[opType]),
);

/** The cases of an operator whose gradient is checked and which ONNX Runtime can run at our opset. */
export function gradientCases(opType: OperatorName): readonly OperatorCase[] {
  const cases: readonly OperatorCase[] = OPERATOR_CASES[opType];
  return cases.filter((example) => example.referenceOnly !== true && parametersOf(example).length > 0);
}
