import type { OperatorCase } from "../operator-case.ts";
import { awayFromZero, uniform } from "../random-tensors.ts";

const bothSides = awayFromZero([3, 4]);
/** No element lies at a bend of 0.5 or 1. */
const spread = awayFromZero([3, 4], { from: 0.55, to: 0.95 });

export const piecewiseActivationCases = {
  Celu: [1, 0.5, -0.5].map((alpha) => ({ name: `alpha ${alpha}`, inputs: [bothSides], attributes: { alpha } })),
  PRelu: [
    { name: "a slope a channel", inputs: [awayFromZero([2, 3, 4]), uniform([3, 1], { seed: 2 })] },
    { name: "one slope", inputs: [bothSides, uniform([1], { seed: 2 })] },
    { name: "a slope an element", inputs: [bothSides, uniform([3, 4], { seed: 2 })] },
  ],
  Shrink: [
    { name: "softly", inputs: [spread], attributes: { bias: 0.75, lambd: 0.75 } },
    { name: "a negative threshold", inputs: [spread], attributes: { bias: 0.75, lambd: -0.25 } },
    { name: "hard", inputs: [awayFromZero([3, 4], { from: 0.2, to: 0.9 })] },
  ],
  ThresholdedRelu: [
    { name: "by default", inputs: [awayFromZero([3, 4], { from: 0.2, to: 2 })] },
    { name: "with alpha", inputs: [spread], attributes: { alpha: 0.75 } },
    { name: "a negative alpha", inputs: [spread], attributes: { alpha: -0.75 } },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
