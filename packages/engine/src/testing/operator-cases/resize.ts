import { constant, ints, type OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const scales = (...data: number[]) => constant(values("float32", [data.length], data));
const asymmetric = { coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };

export const resizeCases = {
  Resize: [
    {
      name: "nearest, doubled",
      inputs: [uniform([2, 3, 3, 4]), undefined, scales(1, 1, 2, 2)],
      attributes: asymmetric,
    },
    { name: "nearest, tripled by half pixels", inputs: [uniform([1, 2, 3, 2]), undefined, scales(1, 1, 3, 2)] },
    { name: "nearest, to a size", inputs: [uniform([1, 2, 4, 3]), undefined, undefined, ints([1, 2, 7, 2])] },
    { name: "nearest, one axis", inputs: [uniform([2, 2, 5]), undefined, scales(1, 1, 2)], attributes: asymmetric },
    {
      name: "linear, doubled by half pixels",
      inputs: [uniform([2, 2, 3, 4]), undefined, scales(1, 1, 2, 2)],
      attributes: { mode: "linear" },
    },
    {
      name: "linear, corners aligned",
      inputs: [uniform([1, 2, 3, 4]), undefined, undefined, ints([1, 2, 5, 7])],
      attributes: { mode: "linear", coordinate_transformation_mode: "align_corners" },
    },
    {
      name: "linear, smaller",
      inputs: [uniform([1, 2, 6, 5]), undefined, undefined, ints([1, 2, 4, 3])],
      attributes: { mode: "linear", coordinate_transformation_mode: "pytorch_half_pixel" },
    },
    {
      name: "linear, some axes",
      inputs: [uniform([1, 2, 3, 3]), undefined, scales(2, 1.5)],
      attributes: { mode: "linear", axes: [2, 3] },
    },
    {
      name: "linear, asymmetric",
      inputs: [uniform([1, 1, 3, 4]), undefined, scales(1, 1, 2, 1.5)],
      attributes: { mode: "linear", coordinate_transformation_mode: "asymmetric" },
    },
    {
      name: "linear, symmetric half pixels",
      inputs: [uniform([1, 1, 3, 5]), undefined, scales(1, 1, 1.4, 1.5)],
      attributes: { mode: "linear", coordinate_transformation_mode: "half_pixel_symmetric" },
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
