/** One use of an operator that the table has, which is refused by name. */
export interface RefusedForm {
  readonly operators: string;
  readonly form: string;
  /**
   * What is refused: `gradient`, or `rules`, with which the types of its outputs, the reference and the
   * gradient go. A file with such a node is decoded and runs in ONNX Runtime all the same. A `file` is
   * refused when it is decoded.
   */
  readonly refused: "gradient" | "rules" | "file";
}

/** The forms that exported models are known to have; each is tried by a test. */
export const REFUSED_FORMS = {
  resizeCubic: { operators: "Resize", form: "mode cubic", refused: "rules" },
  resizeCrop: {
    operators: "Resize",
    form: "coordinate_transformation_mode tf_crop_and_resize",
    refused: "rules",
  },
  resizeAntialias: { operators: "Resize", form: "antialias, exclude_outside", refused: "rules" },
  resizeAspect: { operators: "Resize", form: "keep_aspect_ratio_policy other than stretch", refused: "rules" },
  recurrentLayout: { operators: "LSTM, GRU, RNN", form: "layout 1, batch before time", refused: "rules" },
  recurrentClip: { operators: "LSTM, GRU, RNN", form: "clip, activation_alpha, activation_beta", refused: "rules" },
  peepholes: { operators: "LSTM", form: "peepholes, the input P", refused: "rules" },
  blocks: { operators: "QuantizeLinear, DequantizeLinear", form: "block_size other than 0", refused: "rules" },
  modOfFloats: { operators: "Mod", form: "fmod 0 of floats", refused: "rules" },
  signedShift: { operators: "BitShift", form: "signed integers", refused: "rules" },
  reducedAxes: {
    operators: "ReduceSum and the other reductions",
    form: "axes that only a run tells; with keepdims 1 the gradient alone",
    refused: "rules",
  },
  normalizedSizes: {
    operators: "LayerNormalization",
    form: "normalised sizes that only a run tells",
    refused: "rules",
  },
  loop: { operators: "If, Loop", form: "as an EmbeddingBag of PyTorch's older exporter has it", refused: "gradient" },
  autoPad: {
    operators: "Conv, AveragePool, LpPool",
    form: "auto_pad SAME with strides, of sizes that only a run tells",
    refused: "gradient",
  },
  columnMajor: { operators: "MaxPool", form: "storage_order 1", refused: "gradient" },
  paddingValue: { operators: "Pad", form: "by the padding value", refused: "gradient" },
  copiedPads: {
    operators: "Pad",
    form: "modes reflect, edge and wrap with pads that only a run tells, or negative ones",
    refused: "gradient",
  },
  steppedSlice: { operators: "Slice", form: "steps, of sizes that only a run tells", refused: "gradient" },
  statistics: { operators: "BatchNormalization", form: "by the running mean and variance", refused: "gradient" },
  pastKeys: { operators: "Attention, MultiHeadAttention", form: "past keys and values", refused: "gradient" },
  sequences: {
    operators: "all",
    form: "sequences, as an EmbeddingBag of PyTorch's newer exporter has them; optionals, maps, sparse tensors",
    refused: "file",
  },
} as const satisfies Readonly<Record<string, RefusedForm>>;

export type RefusedFormName = keyof typeof REFUSED_FORMS;
