import type { OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

export const reverseSequenceCases = {
  ReverseSequence: [
    { name: "steps first", inputs: [uniform([4, 3, 2]), values("int64", [3], [4, 1, 2])] },
    {
      name: "sequences first",
      inputs: [uniform([2, 5]), values("int64", [2], [5, 3])],
      attributes: { batch_axis: 0, time_axis: 1 },
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
