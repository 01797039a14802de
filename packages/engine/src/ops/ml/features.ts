import { ML_DOMAIN } from "../../graph/graph.ts";
import { addDimensions, showShape } from "../../tensor/shape.ts";
import { defineOperator, notDifferentiable, type Operator } from "../operator.ts";
import { tabulate } from "../reference-kernels.ts";
import { fromRows, inferRows, PREPROCESSING, rowsOf } from "./rows.ts";

/** Features chosen and put beside each other. */
export const features = {
  /** The features at the places Y, one after another. `[F]` is one row. */
  ArrayFeatureExtractor: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X", "Y"],
    outputs: ["Z"],
    strings: "moved",
    attributes: {},
    infer: (c) => {
      const [x, y] = c.inputs;
      if (x.shape.length === 0) c.fail("the input has features", showShape(x.shape));
      if (y.dtype !== "int64") c.fail("places are int64", y.dtype);
      const places = y.shape.length === 0 ? 1 : y.shape.at(-1)!;
      if (y.shape.slice(0, -1).some((size) => size !== 1))
        c.fail("places are [count] or [1, count]", showShape(y.shape));
      const lead = x.shape.length === 1 ? [1] : x.shape.slice(0, -1);
      return [{ dtype: x.dtype, shape: [...lead, places] }];
    },
    gradient: notDifferentiable(PREPROCESSING),
    reference: ([x, y]) => {
      const width = x.shape.at(-1)!;
      const lead = x.shape.length === 1 ? [1] : x.shape.slice(0, -1);
      const places = y.data.length;
      return [
        tabulate(x.dtype, [...lead, places], (_, flat) => {
          const row = Math.floor(flat / places);
          return x.data[row * width + y.data[flat % places]!]!;
        }),
      ];
    },
  }),

  /** All inputs side by side as float32, each cut or filled up with zeros to its width in `inputdimensions`. */
  FeatureVectorizer: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["...X"],
    outputs: ["Y"],
    attributes: { inputdimensions: { type: "ints" } },
    infer: (c) => {
      const { inputdimensions: widths = [] } = c.attributes;
      if (widths.length !== c.inputs.length)
        c.fail(`inputdimensions has a width for each of ${c.inputs.length} inputs`, String(widths.length));
      const counts = c.inputs.map(({ shape }) => inferRows(c, shape).count);
      if (counts.some((count) => count !== counts[0])) c.fail("inputs have the same rows", counts.join(" and "));
      return [{ dtype: "float32", shape: [counts[0]!, addDimensions(widths)] }];
    },
    gradient: notDifferentiable(PREPROCESSING),
    reference: (inputs, { attributes: { inputdimensions: widths = [] } }) => {
      const parts = inputs.map((input) => rowsOf(input));
      const rows = parts[0]!.map((_, i) =>
        parts.flatMap((part, k) => Array.from({ length: widths[k]! }, (_, feature) => part[i]![feature] ?? 0)),
      );
      return [
        fromRows(
          rows,
          widths.reduce((total, width) => total + width, 0),
        ),
      ];
    },
  }),
} satisfies Record<string, Operator>;
