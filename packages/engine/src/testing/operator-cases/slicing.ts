import type { OperatorCase } from "../operator-case.ts";
import { ints } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const TO_THE_END = Number.MAX_SAFE_INTEGER;

interface SliceOf {
  readonly shape: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes?: readonly number[];
  readonly steps?: readonly number[];
}

function slice(name: string, { shape, starts, ends, axes, steps }: SliceOf): OperatorCase {
  const inputs = [uniform(shape), ints(starts), ints(ends), axes && ints(axes), steps && ints(steps)];
  while (inputs.at(-1) === undefined) inputs.pop();
  return { name, inputs };
}

export const slicingCases = {
  Concat: [
    {
      name: "two along the last axis",
      inputs: [uniform([2, 3]), uniform([2, 2], { seed: 2 })],
      attributes: { axis: -1 },
    },
    {
      name: "three along the first",
      inputs: [uniform([1, 2]), uniform([2, 2], { seed: 2 }), uniform([3, 2], { seed: 3 })],
      attributes: { axis: 0 },
    },
    {
      name: "one of which needs a gradient",
      inputs: [uniform([2, 3]), uniform([2, 2], { seed: 2 }), uniform([2, 1], { seed: 3 })],
      attributes: { axis: 1 },
      differentiableInputs: [1],
    },
    { name: "the same twice", inputs: [uniform([2, 2]), uniform([2, 2])], attributes: { axis: 0 } },
  ],
  Split: [
    { name: "stated sizes", inputs: [uniform([2, 6]), ints([1, 3, 2])], attributes: { axis: 1 }, outputCount: 3 },
    { name: "equal parts", inputs: [uniform([4, 2])], attributes: { num_outputs: 2 }, outputCount: 2 },
    { name: "a smaller last part", inputs: [uniform([5, 2])], attributes: { num_outputs: 2 }, outputCount: 2 },
    {
      name: "a part without a gradient",
      inputs: [uniform([2, 6]), ints([1, 3, 2])],
      attributes: { axis: -1 },
      outputCount: 3,
      differentiableOutputs: [1],
    },
    {
      name: "sizes as an attribute",
      inputs: [uniform([5])],
      attributes: { split: [2, 3] },
      outputCount: 2,
      referenceOnly: true,
    },
  ],
  Slice: [
    slice("leading axes", { shape: [4, 5], starts: [1, 2], ends: [3, 4] }),
    slice("a named axis", { shape: [4, 5], starts: [1], ends: [TO_THE_END], axes: [1] }),
    slice("from the end", { shape: [4, 5], starts: [-3], ends: [-1], axes: [-1] }),
    slice("clamped", { shape: [4, 5], starts: [-10], ends: [100], axes: [0] }),
    slice("steps of 2", { shape: [4, 7], starts: [0, 1], ends: [4, 7], axes: [0, 1], steps: [2, 3] }),
    slice("steps past the end", { shape: [7], starts: [0], ends: [7], axes: [0], steps: [3] }),
    slice("reversed", { shape: [3, 4], starts: [-1], ends: [-TO_THE_END], axes: [1], steps: [-1] }),
    slice("backwards by 2", { shape: [2, 7, 2], starts: [5], ends: [0], axes: [1], steps: [-2] }),
    slice("steps along two axes, both ways", {
      shape: [5, 6],
      starts: [4, 1],
      ends: [0, 6],
      axes: [0, 1],
      steps: [-3, 2],
    }),
    {
      name: "bounds known only at the run",
      inputs: [uniform([4, 5]), values("int64", [1], [-3]), values("int64", [1], [4]), ints([1])],
      differentiableInputs: [],
    },
    {
      name: "bounds as attributes",
      inputs: [uniform([4, 5])],
      attributes: { starts: [1], ends: [3], axes: [1] },
      referenceOnly: true,
    },
  ],
  Pad: [
    { name: "zeros around", inputs: [uniform([2, 3]), ints([1, 0, 0, 2])] },
    {
      name: "a value on named axes",
      inputs: [uniform([2, 3]), ints([1, 2]), { ...values("float32", [], [7]), isConstant: true }, ints([-1])],
    },
    { name: "negative pads", inputs: [uniform([4, 5]), ints([-1, 1, 2, -2])] },
    {
      name: "pads known only at the run",
      inputs: [uniform([2, 2]), values("int64", [4], [0, 1, 1, 0])],
      differentiableInputs: [],
    },
    {
      name: "edge",
      inputs: [uniform([2, 3]), ints([1, 2, 1, 1])],
      attributes: { mode: "edge" },
    },
    {
      name: "reflect",
      inputs: [uniform([3, 4]), ints([2, 1, 1, 3])],
      attributes: { mode: "reflect" },
    },
    {
      name: "reflect, one axis",
      inputs: [uniform([2, 3, 4]), ints([0, 2]), undefined, ints([1])],
      attributes: { mode: "reflect" },
    },
    {
      name: "wrap",
      inputs: [uniform([3, 4]), ints([2, 1, 0, 3])],
      attributes: { mode: "wrap" },
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
