import type { OperatorCase } from "../operator-case.ts";
import { constant } from "../operator-case.ts";
import { values } from "../random-tensors.ts";

const scale = constant(values("float32", [], [0.5]));
const halves = values("float32", [6], [-100, -0.75, -0.25, 0.25, 0.75, 100]);

export const quantizationCases = {
  DequantizeLinear: [
    { name: "uint8", inputs: [values("uint8", [2, 2], [0, 1, 128, 255]), scale] },
    {
      name: "int8 around a zero point",
      inputs: [values("int8", [3], [-128, 0, 127]), scale, constant(values("int8", [], [3]))],
    },
    {
      name: "a scale for each column",
      inputs: [values("uint8", [2, 2], [1, 2, 3, 4]), constant(values("float32", [2], [0.5, 2]))],
      attributes: { axis: 1 },
    },
  ],
  QuantizeLinear: [
    { name: "uint8, ties to even", inputs: [halves, scale], differentiableInputs: [] },
    { name: "int8", inputs: [halves, scale, constant(values("int8", [], [1]))], differentiableInputs: [] },
    {
      name: "a scale for each row",
      inputs: [values("float32", [2, 2], [1, 2, 3, 4]), constant(values("float32", [2], [0.5, 2]))],
      attributes: { axis: 0 },
      differentiableInputs: [],
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
