import type { OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const smooth: readonly OperatorCase[] = [
  { name: "around 0", inputs: [uniform([3, 4])] },
  { name: "in the tails", inputs: [values("float32", [6], [-12, -6, -4, 4, 6, 12])] },
];
const biased: OperatorCase = { name: "with a bias", inputs: [uniform([2, 3, 4]), uniform([4], { seed: 2 })] };

export const geluCases = {
  Gelu: ["none", "tanh"].flatMap((approximate) =>
    [...smooth, { name: "at 0", inputs: [values("float32", [1], [0])] }].map((example) => ({
      ...example,
      name: `${example.name}, approximate ${approximate}`,
      attributes: { approximate },
    })),
  ),
  FastGelu: [...smooth, biased],
  BiasGelu: [biased],
  QuickGelu: [...smooth, { name: "as SiLU", inputs: [uniform([3, 4])], attributes: { alpha: 1 } }],
} satisfies Record<string, readonly OperatorCase[]>;
