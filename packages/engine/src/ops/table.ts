import { activation } from "./activation.ts";
import { comparison } from "./comparison.ts";
import { dropout } from "./dropout.ts";
import { elementwise } from "./elementwise.ts";
import { losses } from "./loss.ts";
import { matmul } from "./matmul.ts";
import { normalization } from "./normalization.ts";
import type { Operator } from "./operator.ts";
import { ranking } from "./ranking.ts";
import { reductions } from "./reduction.ts";
import { softmax } from "./softmax.ts";

/** Every operator whose shape, gradient and reference value we know, by ONNX name. */
export const OPERATORS = {
  ...activation,
  ...comparison,
  ...dropout,
  ...elementwise,
  ...losses,
  ...matmul,
  ...normalization,
  ...ranking,
  ...reductions,
  ...softmax,
} satisfies Record<string, Operator>;

export type OperatorName = keyof typeof OPERATORS;

/** The row of an operator; with a domain given, only if the row is of that domain (`ai.onnx` is the empty domain). */
export function findOperator(opType: string, domain?: string): Operator | undefined {
  if (!Object.hasOwn(OPERATORS, opType)) return undefined;
  const operator: Operator = OPERATORS[opType as OperatorName];
  if (domain === undefined) return operator;
  return operator.domain === (domain === "ai.onnx" ? "" : domain) ? operator : undefined;
}
