import type { OperatorCase } from "../operator-case.ts";
import { ints } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

export const movementCases = {
  Reshape: [
    { name: "one size left open", inputs: [uniform([2, 3, 4]), ints([6, -1])] },
    { name: "0 copies a size", inputs: [uniform([2, 3, 4]), ints([0, 0, 2, 2])] },
    { name: "a scalar", inputs: [uniform([1, 1]), ints([])] },
    { name: "0 is a size", inputs: [values("float32", [0, 3], []), ints([3, 0])], attributes: { allowzero: 1 } },
    {
      name: "a shape known only at the run",
      inputs: [uniform([2, 3]), values("int64", [2], [3, 2])],
      differentiableInputs: [],
    },
    { name: "int64", inputs: [values("int64", [4], [1, 2, 3, 4]), ints([2, 2])] },
    {
      name: "the shape as an attribute",
      inputs: [uniform([2, 3])],
      attributes: { shape: [3, 2] },
      referenceOnly: true,
    },
  ],
  Flatten: [
    { name: "by default", inputs: [uniform([2, 3, 4])] },
    { name: "at axis 0", inputs: [uniform([2, 3, 4])], attributes: { axis: 0 } },
    { name: "at a negative axis", inputs: [uniform([2, 3, 4])], attributes: { axis: -1 } },
    { name: "behind the last axis", inputs: [uniform([2, 3])], attributes: { axis: 2 } },
  ],
  Transpose: [
    { name: "reversed by default", inputs: [uniform([2, 3, 4])] },
    { name: "a cycle", inputs: [uniform([2, 3, 4])], attributes: { perm: [1, 2, 0] } },
    { name: "heads of attention", inputs: [uniform([2, 3, 2, 4])], attributes: { perm: [0, 2, 1, 3] } },
  ],
  Squeeze: [
    { name: "named axes", inputs: [uniform([1, 2, 1]), ints([0, -1])] },
    { name: "every axis of size 1", inputs: [uniform([1, 2, 1])] },
    { name: "axes as an attribute", inputs: [uniform([1, 2, 1])], attributes: { axes: [2] }, referenceOnly: true },
  ],
  Unsqueeze: [
    { name: "front and back", inputs: [uniform([2, 3]), ints([0, -1])] },
    { name: "out of order", inputs: [uniform([2]), ints([2, 0])] },
    { name: "a scalar", inputs: [uniform([]), ints([0])] },
    { name: "axes as an attribute", inputs: [uniform([2, 3])], attributes: { axes: [1] }, referenceOnly: true },
  ],
  Expand: [
    { name: "along axes of size 1", inputs: [uniform([2, 1, 3]), ints([2, 4, 3])] },
    { name: "to a higher rank", inputs: [uniform([3, 1]), ints([2, 3, 4])] },
    { name: "by a shape of lower rank", inputs: [uniform([2, 1, 3]), ints([4, 1])] },
    { name: "a scalar", inputs: [uniform([]), ints([2, 2])] },
  ],
  Tile: [
    { name: "both axes", inputs: [uniform([2, 3]), ints([2, 3])] },
    { name: "one of three", inputs: [uniform([2, 1, 3]), ints([1, 4, 1])] },
    {
      name: "repeats known only at the run",
      inputs: [uniform([2, 2]), values("int64", [2], [3, 1])],
      differentiableInputs: [],
    },
  ],
  DepthToSpace: [
    { name: "DCR", inputs: [uniform([2, 8, 2, 3])], attributes: { blocksize: 2 } },
    { name: "CRD", inputs: [uniform([2, 8, 2, 3])], attributes: { blocksize: 2, mode: "CRD" } },
  ],
  SpaceToDepth: [{ name: "blocks of 2", inputs: [uniform([2, 3, 4, 6])], attributes: { blocksize: 2 } }],
} satisfies Record<string, readonly OperatorCase[]>;
