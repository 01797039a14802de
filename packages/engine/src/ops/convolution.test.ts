import { describe, expect, test } from "vitest";
import { differentiate } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { PlainAttributes } from "../graph/emitter.ts";
import type { Shape } from "../tensor/shape.ts";

function apply(opType: string, shapes: readonly Shape[], attributes: PlainAttributes = {}) {
  const b = new GraphBuilder({ name: "windows" });
  const inputs = shapes.map((shape, i) => b.input(`input${i}`, "float32", shape));
  const y = b.op(opType, inputs, attributes);
  b.output(b.op("ReduceSum", [y], { keepdims: 0 }), "loss");
  return { shape: y.shape, graph: b.build() };
}

test.each<[string, readonly Shape[], PlainAttributes, string]>([
  [
    "Conv",
    [
      ["batch", 3, 8, 8],
      [4, 2, 3, 3],
    ],
    {},
    "group divides both",
  ],
  [
    "Conv",
    [
      ["batch", 3, 8, 8],
      [4, 3, 3],
    ],
    {},
    "the weight has 4 axes",
  ],
  ["Conv", [["batch", 3, 8, 8], [4, 3, 3, 3], [3]], {}, "the bias is [4]"],
  [
    "Conv",
    [
      ["batch", 3, 2, 2],
      [4, 3, 3, 3],
    ],
    {},
    "fits into the padded input",
  ],
  [
    "Conv",
    [
      ["batch", 3, 8, 8],
      [4, 3, 3, 3],
    ],
    { strides: [2] },
    "strides has a number for each",
  ],
  [
    "Conv",
    [
      ["batch", 3, 8, 8],
      [4, 3, 3, 3],
    ],
    { pads: [1, 1] },
    "two pads for each",
  ],
  [
    "Conv",
    [
      ["batch", 3, 8, 8],
      [4, 3, 3, 3],
    ],
    { kernel_shape: [5, 5] },
    "kernel_shape is [3,3]",
  ],
  [
    "Conv",
    [
      ["batch", 3, 8, 8],
      [4, 3, 3, 3],
    ],
    { auto_pad: "SAME" },
    "auto_pad is",
  ],
  [
    "ConvTranspose",
    [
      ["batch", 3, 8, 8],
      [4, 3, 3, 3],
    ],
    {},
    "channels of the input",
  ],
  [
    "ConvTranspose",
    [
      ["batch", 4, 8, 8],
      [4, "features", 3, 3],
    ],
    {},
    "channels of the input",
  ],
  ["MaxPool", [["batch", 3, 8, 8]], {}, "kernel_shape is given"],
  ["AveragePool", [["batch", 3]], { kernel_shape: [2] }, "spatial axes"],
  ["BatchNormalization", [["batch", 3, 8], [3], [3], [3], [4]], {}, "scale, bias, mean and variance are [3]"],
  ["GroupNormalization", [["batch", 4, 8], [4], [4]], { num_groups: 3 }, "num_groups 3 divides"],
])("%s of %j with %j is refused: %s", (opType, shapes, attributes, rule) => {
  expect(() => apply(opType, shapes, attributes)).toThrow(rule);
});

test.each<[string, readonly Shape[], PlainAttributes, string]>([
  [
    "Conv",
    [
      ["batch", 2, "width"],
      [2, 2, 3],
    ],
    { auto_pad: "SAME_UPPER", strides: [2] },
    "auto_pad SAME_UPPER with strides needs known sizes",
  ],
  ["MaxPool", [[1, 2, 4]], { kernel_shape: [2], storage_order: 1 }, "storage_order 1"],
  ["BatchNormalization", [[2, 3], [3], [3], [3], [3]], {}, "its mean and variance are no parameters"],
])("the gradient of %s of %j with %j is refused: %s", (opType, shapes, attributes, reason) => {
  const { graph } = apply(opType, shapes, attributes);
  const parameters = shapes.map((_, i) => `input${i}`);
  expect(() => differentiate(graph, { loss: "loss", parameters })).toThrow(reason);
});

describe("sizes", () => {
  test.each<[PlainAttributes, Shape]>([
    [{}, ["batch", 4, 6, 5]],
    [{ pads: [1, 1, 1, 1] }, ["batch", 4, 8, 7]],
    [{ strides: [2, 2], pads: [1, 1, 1, 1] }, ["batch", 4, 4, 4]],
    [{ dilations: [2, 3] }, ["batch", 4, 4, 1]],
    [{ auto_pad: "SAME_UPPER", strides: [3, 2] }, ["batch", 4, 3, 4]],
    [{ auto_pad: "VALID" }, ["batch", 4, 6, 5]],
  ])("a 3 × 3 convolution of 8 × 7 with %j gives %j", (attributes, shape) => {
    expect(
      apply(
        "Conv",
        [
          ["batch", 3, 8, 7],
          [4, 3, 3, 3],
        ],
        attributes,
      ).shape,
    ).toEqual(shape);
  });
});
