import type { OperatorCase } from "../operator-case.ts";
import { awayFromZero } from "../random-tensors.ts";

export const lpNormalizationCases = {
  LpNormalization: [
    { name: "the last axis", inputs: [awayFromZero([2, 3, 4])] },
    { name: "the 1-norm of the first axis", inputs: [awayFromZero([3, 2])], attributes: { axis: 0, p: 1 } },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
