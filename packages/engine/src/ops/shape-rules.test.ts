import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import type { PlainAttributes } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import { parsePlaces } from "./places.ts";
import { findOperator } from "./table.ts";

type Operand = Shape | readonly [DType, Shape] | { readonly ints: readonly number[] };

/** Types of an operator's outputs, as `float32 [batch, 3]`. */
function infer(
  opType: string,
  operands: readonly Operand[],
  attributes: PlainAttributes = {},
  outputCount = requiredOutputs(opType),
): string[] {
  const b = new GraphBuilder({ name: "shapes" });
  const inputs = operands.map((operand, i): Value => {
    if ("ints" in operand) return b.ints(operand.ints);
    const [dtype, shape] = Array.isArray(operand[1])
      ? (operand as [DType, Shape])
      : ["float32" as const, operand as Shape];
    return b.input(`input${i}`, dtype, shape);
  });
  return b.multi(opType, inputs, outputCount, attributes).map(({ dtype, shape }) => `${dtype} [${shape.join(", ")}]`);
}

function requiredOutputs(opType: string): number {
  return parsePlaces(findOperator(opType)!.outputs).filter(({ isRequired }) => isRequired).length || 1;
}

describe("shape rules on symbolic sizes", () => {
  test("broadcasting keeps symbols", () => {
    expect(infer("Add", [["batch", "sequence", 8], [8]])).toEqual(["float32 [batch, sequence, 8]"]);
    expect(
      infer("Mul", [
        ["batch", 1],
        [1, "sequence"],
      ]),
    ).toEqual(["float32 [batch, sequence]"]);
    expect(infer("Sum", [["batch", 1], [1, 3], []])).toEqual(["float32 [batch, 3]"]);
    expect(infer("Less", [["batch", 1], [3]])).toEqual(["bool [batch, 3]"]);
    expect(infer("Where", [["bool", ["batch", 1]], [3], []])).toEqual(["float32 [batch, 3]"]);
  });

  test("a size that is not known may be 1 or any other", () => {
    expect(infer("Add", [["rows"], ["columns"]])).toEqual(["float32 [broadcast(columns,rows)]"]);
    expect(infer("Sum", [["rows"], ["columns"], ["rows"]])).toEqual(["float32 [broadcast(columns,rows)]"]);
    expect(
      infer("Mul", [
        ["rows", 4],
        [3, "columns"],
      ]),
    ).toEqual(["float32 [3, 4]"]);
    expect(
      infer("MatMul", [
        ["n", "k"],
        [8, 3],
      ]),
    ).toEqual(["float32 [n, 3]"]);
    expect(infer("Gemm", [["n", "k"], [8, 3], ["bias"]])).toEqual(["float32 [n, 3]"]);
    expect(infer("PRelu", [["n", 4], ["slopes"]])).toEqual(["float32 [n, 4]"]);
    expect(
      infer(
        "Einsum",
        [
          ["a", "b"],
          ["c", 5],
        ],
        { equation: "ij,jk->ik" },
      ),
    ).toEqual(["float32 [a, 5]"]);
    expect(
      infer("NegativeLogLikelihoodLoss", [
        ["n", 5],
        ["int64", ["labels"]],
      ]),
    ).toEqual(["float32 []"]);
    expect(
      infer("Expand", [
        ["n", 1],
        ["int64", [3]],
      ])[0],
    ).toMatch(/^float32 \[Expand_Expand_0, .*n.*, Expand_Expand_2\]$/);
  });

  test("windows that take the same places give sizes of one name", () => {
    const conv = (kernel: number, pad: number) =>
      infer(
        "Conv",
        [
          ["n", 3, "h", "w"],
          [4, 3, kernel, kernel],
        ],
        { strides: [2, 2], pads: [pad, pad, pad, pad] },
      );
    expect(conv(3, 1)).toEqual(["float32 [n, 4, floor((h+1)/2), floor((w+1)/2)]"]);
    expect(conv(1, 0)).toEqual(conv(3, 1));
    const up = { strides: [2, 2], pads: [1, 1, 1, 1] };
    expect(
      infer(
        "ConvTranspose",
        [
          ["n", 3, "h", 5],
          [3, 4, 4, 4],
        ],
        up,
      ),
    ).toEqual(["float32 [n, 4, 2*h, 10]"]);
  });

  test("a depth that a run tells is a size of its own", () => {
    expect(infer("OneHot", [["int64", ["n"]], ["int64", []], [2]])).toEqual(["float32 [n, OneHot_OneHot_1]"]);
  });

  test("axes that a run tells keep the rank, with keepdims", () => {
    const axes: Operand = ["int64", ["count"]];
    expect(infer("ReduceSum", [["n", 1, 8], axes])).toEqual([
      "float32 [ReduceSum_ReduceSum_0, 1, ReduceSum_ReduceSum_2]",
    ]);
    expect(() => infer("ReduceSum", [["n", 8], axes], { keepdims: 0 })).toThrow(/without keepdims, axes are constant/);
  });

  test("reductions drop or keep axes, however they are given", () => {
    const x = ["batch", "sequence", 8];
    expect(infer("ReduceMean", [x, { ints: [1] }], { keepdims: 0 })).toEqual(["float32 [batch, 8]"]);
    expect(infer("ReduceMean", [x], { axes: [-2], keepdims: 0 })).toEqual(["float32 [batch, 8]"]);
    expect(infer("ReduceMax", [x, { ints: [0, 2] }])).toEqual(["float32 [1, sequence, 1]"]);
    expect(infer("ReduceSum", [x], { keepdims: 0 })).toEqual(["float32 []"]);
    expect(infer("ReduceSum", [x], { noop_with_empty_axes: 1 })).toEqual(["float32 [batch, sequence, 8]"]);
    expect(infer("ArgMax", [x], { axis: -1, keepdims: 0 })).toEqual(["int64 [batch, sequence]"]);
  });

  test("several outputs have their own types", () => {
    expect(infer("TopK", [["batch", 10], { ints: [3] }], {}, 2)).toEqual(["float32 [batch, 3]", "int64 [batch, 3]"]);
    expect(infer("LayerNormalization", [["batch", "sequence", 8], [8], [8]], {}, 3)).toEqual([
      "float32 [batch, sequence, 8]",
      "float32 [batch, sequence, 1]",
      "float32 [batch, sequence, 1]",
    ]);
    expect(
      infer(
        "SoftmaxCrossEntropyLoss",
        [
          ["batch", 5],
          ["int64", ["batch"]],
        ],
        {},
        2,
      ),
    ).toEqual(["float32 []", "float32 [batch, 5]"]);
    expect(
      infer(
        "NegativeLogLikelihoodLoss",
        [
          ["batch", 5],
          ["int64", ["batch"]],
        ],
        { reduction: "none" },
      ),
    ).toEqual(["float32 [batch]"]);
  });

  test("arithmetic on shapes is done while the graph is built", () => {
    const b = new GraphBuilder({ name: "arithmetic" });
    const x = b.input("x", "float32", ["batch", "sequence", 12]);
    const shape = b.op("Shape", [x]);
    const size = (axis: number) => b.op("Gather", [shape, b.ints([axis])]);
    const rows = b.op("Mul", [size(0), size(1)]);
    const heads = b.op("Div", [size(2), b.ints([4])]);
    const target = b.op("Concat", [rows, heads, b.ints([4])], { axis: 0 });
    expect(b.op("Reshape", [x, target]).shape).toEqual(["batch*sequence", 3, 4]);
    const isUnknown = b.op("Equal", [shape, b.ints([-1])]);
    expect(b.contents(b.op("Where", [isUnknown, b.ints([1]), shape]))).toEqual(["batch", "sequence", 12]);
    expect(b.contents(b.op("Sub", [b.op("Add", [size(2), b.ints([1])]), b.ints([3])]))).toEqual([10]);
  });
});

test.each<[string, readonly Operand[], PlainAttributes]>([
  ["Add", [["batch", 8], [4]], {}],
  ["Add", [[2], ["batch", 3]], {}],
  [
    "Mul",
    [
      ["float32", [2]],
      ["int64", [2]],
    ],
    {},
  ],
  ["Where", [[2], [2], [2]], {}],
  ["Cast", [[2]], { to: 99 }],
  ["Mod", [[2], [2]], {}],
  ["PRelu", [[2, 3], [2]], {}],
  ["PRelu", [[3], [2, 3]], {}],
  [
    "BitShift",
    [
      ["int32", [2]],
      ["int32", [2]],
    ],
    { direction: "LEFT" },
  ],
  ["BitwiseNot", [[2]], {}],
  ["Compress", [[2, 3], [2]], { axis: 0 }],
  ["LpNormalization", [[2]], { p: 3 }],
  [
    "ReverseSequence",
    [
      ["batch", 4],
      ["int64", [4]],
    ],
    { batch_axis: 0, time_axis: 1 },
  ],
  [
    "Einsum",
    [
      [2, 3],
      [4, 5],
    ],
    { equation: "ij,jk->ik" },
  ],
  ["Einsum", [[2, 3]], { equation: "ijk->i" }],
  ["Einsum", [[2, 3]], { equation: "ij,jk->ik" }],
  ["Einsum", [[2, 3]], { equation: "ij->k" }],
  ["Einsum", [[2, 3]], { equation: "ij->ii" }],
  ["Einsum", [[2, 3]], { equation: "i-j->i" }],
  [
    "Einsum",
    [
      [2, 4],
      [3, 2, 4],
    ],
    { equation: "...i,...i" },
  ],
  ["ReduceSum", [[2, 3], { ints: [2] }], {}],
  ["TopK", [[2, 3], { ints: [4] }], {}],
  ["Gelu", [[2]], { approximate: "sigmoid" }],
  ["LayerNormalization", [["batch", 8], [4]], {}],
  ["LayerNormalization", [[2, "width"], ["width"]], {}],
  [
    "SoftmaxCrossEntropyLoss",
    [
      [2, 5],
      ["int64", [3]],
    ],
    {},
  ],
  ["SoftmaxCrossEntropyLoss", [["batch", 5], ["batch"]], {}],
  ["SoftmaxCrossEntropyLoss", [["batch", 5], ["int64", ["batch"]], [4]], {}],
  [
    "SoftmaxCrossEntropyLoss",
    [
      ["batch", 5],
      ["int64", ["batch"]],
    ],
    { reduction: "max" },
  ],
])("%s of %j with %j says which rule is broken", (opType, operands, attributes) => {
  expect(() => infer(opType, operands, attributes)).toThrow(expect.objectContaining({ code: "ENGINE_SHAPE_MISMATCH" }));
});
