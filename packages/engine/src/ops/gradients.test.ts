import { describe, expect, test } from "vitest";
import { lossGraph, parametersOf } from "../testing/case-graph.ts";
import { checkGradient } from "../testing/check-gradient.ts";
import type { OperatorCase } from "../testing/operator-case.ts";
import { OPERATOR_CASES } from "../testing/operator-cases/index.ts";
import { isDifferentiable } from "./operator.ts";
import { OPERATORS, type OperatorName } from "./table.ts";

const names = Object.keys(OPERATORS) as OperatorName[];
const differentiable = names.filter((name) => isDifferentiable(OPERATORS[name]));

describe.each(differentiable)("the gradient of %s", (opType) => {
  const cases: readonly OperatorCase[] = OPERATOR_CASES[opType];
  const checked = cases.filter((example) => parametersOf(example).length > 0);

  test("has a case for it", () => {
    expect(checked.length).toBeGreaterThan(0);
  });

  test.each(checked)("agrees with central differences: $name", (example) => {
    const { graph, feeds, parameters } = lossGraph(opType, example);
    for (const parameter of parameters) {
      for (const seed of [1, 2]) {
        const check = checkGradient({ graph, feeds, loss: "loss", parameter, seed });
        expect(check.relativeError, `${parameter}: ${check.analytic} and ${check.numeric}`).toBeLessThanOrEqual(1e-5);
      }
    }
  });
});
