import { ML_DOMAIN } from "../../graph/graph.ts";
import { showShape } from "../../tensor/shape.ts";
import {
  type AttributeSpecs,
  defineOperator,
  type InferenceContext,
  notDifferentiable,
  type Operator,
} from "../operator.ts";
import { largest, mapElements, sum } from "../reference-kernels.ts";
import { inferSame } from "../shape-rules.ts";
import { fitsFeatures, inferRows, ofFeature, PREPROCESSING, rowsOf } from "./rows.ts";

const IMPUTER_ATTRIBUTES = {
  imputed_value_floats: { type: "floats" },
  imputed_value_int64s: { type: "ints" },
  replaced_value_float: { type: "float", default: 0 },
  replaced_value_int64: { type: "int", default: 0 },
} as const satisfies AttributeSpecs;

/** Divisors of a row by the name of the norm; 0 leaves the row as it is. */
const NORMS: Readonly<Record<string, (row: Float64Array) => number>> = {
  MAX: (row) => largest(Array.from(row)),
  L1: (row) => sum(Array.from(row, Math.abs)),
  L2: (row) => Math.sqrt(sum(Array.from(row, (value) => value * value))),
};

/** Number by number, or row by row: https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md. */
export const scaling = {
  /** (x − offset)·scale, one of each for all features or for each. */
  Scaler: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    attributes: { offset: { type: "floats" }, scale: { type: "floats" } },
    infer: (c) => {
      const { shape } = c.inputs[0];
      const { offset = [], scale = [] } = c.attributes;
      const { width } = inferRows(c, shape);
      if (offset.length !== scale.length || !fitsFeatures(scale, width))
        c.fail(`offset and scale have 1 or ${width} elements`, `${offset.length} and ${scale.length}`);
      return [{ dtype: "float32", shape }];
    },
    gradient: notDifferentiable(PREPROCESSING),
    reference: ([x], { attributes: { offset = [], scale = [] } }) => {
      const width = x.shape.at(-1)!;
      const data = x.data.map((value, i) => (value - ofFeature(offset, i % width)) * ofFeature(scale, i % width));
      return [{ dtype: "float32", shape: x.shape, data }];
    },
  }),

  /** Each row divided by its greatest element, the sum of its magnitudes, or its length. A divisor of 0 leaves it as it is. */
  Normalizer: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    attributes: { norm: { type: "string", default: "MAX" } },
    infer: (c) => {
      const { norm } = c.attributes;
      if (!Object.hasOwn(NORMS, norm)) c.fail(`norm is ${Object.keys(NORMS).join(", ")}`, norm);
      inferRows(c, c.inputs[0].shape);
      return [{ dtype: "float32", shape: c.inputs[0].shape }];
    },
    gradient: notDifferentiable(PREPROCESSING),
    reference: ([x], { attributes: { norm } }) => {
      const rows = rowsOf(x).map((row) => {
        const divisor = NORMS[norm]!(row);
        return divisor === 0 ? row : row.map((value) => value / divisor);
      });
      return [{ dtype: "float32", shape: x.shape, data: Float64Array.from(rows.flatMap((row) => [...row])) }];
    },
  }),

  /** 1 above the threshold, else 0. */
  Binarizer: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    attributes: { threshold: { type: "float", default: 0 } },
    infer: (c) => inferSame(c),
    gradient: notDifferentiable(PREPROCESSING),
    reference: ([x], { attributes: { threshold } }) => [
      mapElements(x, (value) => (value > Math.fround(threshold) ? 1 : 0)),
    ],
  }),

  /** The value that stands for a missing one, NaN as a rule, replaced by another: one for all features or one for each. */
  Imputer: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    attributes: IMPUTER_ATTRIBUTES,
    infer: (c) => {
      const { width } = inferRows(c, c.inputs[0].shape);
      const { imputed } = imputation(c);
      if (!fitsFeatures(imputed, width)) c.fail(`imputed values are 1 or ${width}`, String(imputed.length));
      return inferSame(c);
    },
    gradient: notDifferentiable(PREPROCESSING),
    reference: ([x], { attributes }) => {
      const isInteger = attributes.imputed_value_int64s !== undefined;
      const imputed = attributes.imputed_value_int64s ?? attributes.imputed_value_floats ?? [];
      const replaced = isInteger ? attributes.replaced_value_int64 : Math.fround(attributes.replaced_value_float);
      const width = x.shape.at(-1)!;
      const isMissing = (value: number) => value === replaced || (Number.isNaN(value) && Number.isNaN(replaced));
      const data = x.data.map((value, i) => (isMissing(value) ? ofFeature(imputed, i % width) : value));
      return [{ dtype: x.dtype, shape: x.shape, data }];
    },
  }),
} satisfies Record<string, Operator>;

/** Integers are imputed by integers, floats by floats. */
function imputation(c: InferenceContext<typeof IMPUTER_ATTRIBUTES, readonly ["X"]>): {
  readonly imputed: readonly number[];
} {
  const [{ dtype, shape }] = c.inputs;
  const isFloat = dtype.startsWith("float");
  const { imputed_value_floats: floats, imputed_value_int64s: ints } = c.attributes;
  if (floats !== undefined && ints !== undefined) c.fail("imputed values are floats or integers", "both");
  const imputed = isFloat ? floats : ints;
  const name = isFloat ? "imputed_value_floats" : "imputed_value_int64s";
  return { imputed: imputed ?? c.fail(`${name} are given for ${dtype}`, `none for ${showShape(shape)}`) };
}
