import type { OperatorCase } from "../operator-case.ts";
import { values } from "../random-tensors.ts";

const pairs: readonly OperatorCase[] = [
  { name: "int32", inputs: [values("int32", [2, 2], [5, -6, 0, 7]), values("int32", [2], [3, -1])] },
  { name: "uint8", inputs: [values("uint8", [3], [200, 15, 1]), values("uint8", [3], [60, 255, 0])] },
];

export const bitwiseCases = {
  BitwiseAnd: pairs,
  BitwiseOr: pairs,
  BitwiseXor: pairs,
  BitwiseNot: [
    { name: "int64", inputs: [values("int64", [3], [0, -1, 5])] },
    { name: "uint8", inputs: [values("uint8", [2], [0, 200])] },
  ],
  BitShift: ["LEFT", "RIGHT"].map((direction) => ({
    name: direction,
    inputs: [values("uint8", [3], [200, 15, 1]), values("uint8", [3], [1, 4, 0])],
    attributes: { direction },
  })),
} satisfies Record<string, readonly OperatorCase[]>;
