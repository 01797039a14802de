import { describe, expect, test } from "vitest";
import { differentiate } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { PlainAttributes } from "../graph/emitter.ts";
import { decodeModel } from "../onnx/decode.ts";
import { encodeMessage } from "../onnx/schema.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import { REFUSED_FORMS, type RefusedForm, type RefusedFormName } from "./refused-forms.ts";

type Operand = Shape | readonly [DType, Shape] | { readonly ints: readonly number[] } | undefined;

interface Trial {
  readonly opType: string;
  readonly inputs: readonly Operand[];
  readonly attributes?: PlainAttributes;
  readonly outputs?: number;
  /** Which input's gradient is asked for. Default 0. */
  readonly by?: number;
}

const lstm = {
  opType: "LSTM",
  inputs: [
    [4, 2, 3],
    [1, 8, 3],
    [1, 8, 2],
  ],
} as const;
const resize = { opType: "Resize", inputs: [["n", 3, 4, 4], undefined, undefined, { ints: [1, 3, 8, 8] }] } as const;
const image: Shape = ["n", 3, "h", "w"];

/** The smallest graph of each form. */
const TRIALS: Readonly<Record<Exclude<RefusedFormName, "sequences" | "loop">, Trial>> = {
  resizeCubic: { ...resize, attributes: { mode: "cubic" } },
  resizeCrop: { ...resize, attributes: { coordinate_transformation_mode: "tf_crop_and_resize" } },
  resizeAntialias: { ...resize, attributes: { mode: "linear", antialias: 1 } },
  resizeAspect: { ...resize, attributes: { keep_aspect_ratio_policy: "not_larger" } },
  recurrentLayout: { ...lstm, attributes: { layout: 1 } },
  recurrentClip: { ...lstm, attributes: { clip: 1 } },
  peepholes: { ...lstm, inputs: [...lstm.inputs, undefined, undefined, undefined, undefined, [1, 6]] },
  blocks: {
    opType: "QuantizeLinear",
    inputs: [
      [4, 6],
      [4, 3],
    ],
    attributes: { axis: 1, block_size: 2 },
  },
  modOfFloats: { opType: "Mod", inputs: [[2], [2]] },
  signedShift: {
    opType: "BitShift",
    inputs: [
      ["int32", [2]],
      ["int32", [2]],
    ],
    attributes: { direction: "LEFT" },
  },
  reducedAxes: {
    opType: "ReduceMax",
    inputs: [
      [2, 3],
      ["int64", [1]],
    ],
    attributes: { keepdims: 0 },
  },
  normalizedSizes: { opType: "LayerNormalization", inputs: [["n", "width"], ["width"]] },
  autoPad: {
    opType: "AveragePool",
    inputs: [image],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: "SAME_UPPER" },
  },
  columnMajor: { opType: "MaxPool", inputs: [image], attributes: { kernel_shape: [2, 2], storage_order: 1 } },
  paddingValue: { opType: "Pad", inputs: [[4], { ints: [1, 1] }, []], by: 2 },
  copiedPads: { opType: "Pad", inputs: [[4], ["int64", [2]]], attributes: { mode: "reflect" } },
  steppedSlice: { opType: "Slice", inputs: [["n"], ...[0, 9, 0, 2].map((at) => ({ ints: [at] }))] },
  statistics: { opType: "BatchNormalization", inputs: [["n", 3], [3], [3], [3], [3]], by: 3 },
  pastKeys: {
    opType: "MultiHeadAttention",
    inputs: [
      ...[4, 4, 4].map((width): Shape => ["n", 2, width]),
      ...[0, 0, 0].map(() => undefined),
      ["n", 2, 5, 2],
      ["n", 2, 5, 2],
    ],
    attributes: { num_heads: 2 },
    outputs: 3,
  },
};

function build({ opType, inputs, attributes = {}, outputs = 1 }: Trial) {
  const b = new GraphBuilder({ name: "form" });
  const operands = inputs.map((operand, i) => {
    if (operand === undefined) return undefined;
    if ("ints" in operand) return b.ints(operand.ints);
    const [dtype, shape] = Array.isArray(operand[1]) ? (operand as [DType, Shape]) : (["float32", operand] as const);
    return b.input(`input${i}`, dtype, shape as Shape);
  });
  const [y] = b.multi(opType, operands, outputs, attributes);
  b.output(b.op("ReduceSum", [y!], { keepdims: 0 }), "loss");
  return b.build();
}

describe.each(Object.entries(TRIALS))("%s", (name, trial) => {
  const form: RefusedForm = REFUSED_FORMS[name as RefusedFormName];

  test(`is refused by its ${form.refused}, and by name`, () => {
    const differentiated = () => differentiate(build(trial), { loss: "loss", parameters: [`input${trial.by ?? 0}`] });
    const code = form.refused === "rules" ? "ENGINE_SHAPE_MISMATCH" : "ENGINE_NOT_DIFFERENTIABLE";
    expect(form.operators === "ReduceSum and the other reductions" || form.operators.includes(trial.opType)).toBe(true);
    if (form.refused === "gradient") build(trial);
    expect(differentiated).toThrow(expect.objectContaining({ code }));
  });
});

test("a gradient does not pass an If", () => {
  const b = new GraphBuilder({ name: "outer" });
  const x = b.input("x", "float32", [2]);
  const branch = (opType: string) => {
    const inner = b.inner(opType);
    inner.output(inner.op(opType, [x]));
    return inner.build();
  };
  const y = b.op("If", [b.input("holds", "bool", [])], { then_branch: branch("Exp"), else_branch: branch("Neg") });
  b.output(b.op("ReduceSum", [y], { keepdims: 0 }), "loss");
  expect(() => differentiate(b.build(), { loss: "loss", parameters: ["x"] })).toThrow(/no gradient through If/);
});

test("a file with a sequence is refused", () => {
  const type = { sequenceType: { elemType: { tensorType: { elemType: 1 } } } };
  const bytes = encodeMessage("ModelProto", {
    opsetImport: [{ version: 20 }],
    graph: { input: [{ name: "bags", type: type as object }] },
  });
  expect(() => decodeModel(bytes)).toThrow(/a sequence, map or sparse tensor as value "bags"/);
});
