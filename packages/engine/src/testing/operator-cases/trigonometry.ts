import type { OperatorCase } from "../operator-case.ts";
import { uniform } from "../random-tensors.ts";

function between(from: number, to: number): readonly OperatorCase[] {
  return [{ name: `between ${from} and ${to}`, inputs: [uniform([2, 3], { from, to })] }];
}

export const trigonometryCases = {
  Tan: between(-1.2, 1.2),
  Sinh: between(-2, 2),
  Cosh: between(-2, 2),
  Asin: between(-0.9, 0.9),
  Acos: between(-0.9, 0.9),
  Atan: between(-3, 3),
  Asinh: between(-3, 3),
  Acosh: between(1.2, 4),
  Atanh: between(-0.9, 0.9),
} satisfies Record<string, readonly OperatorCase[]>;
