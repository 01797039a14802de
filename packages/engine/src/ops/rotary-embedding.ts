import { MICROSOFT_DOMAIN, type Value } from "../graph/graph.ts";
import { type Dimension, divideDimensions, showShape } from "../tensor/shape.ts";
import { type Attributes, defineOperator, type Operator, type ReferenceTensor } from "./operator.ts";
import { tabulate } from "./reference-kernels.ts";
import { refuseGradient } from "./refuse-gradient.ts";

const rotaryAttributes = {
  interleaved: { type: "int", default: 0 },
  num_heads: { type: "int", default: 0 },
  rotary_embedding_dim: { type: "int", default: 0 },
  scale: { type: "float", default: 1 },
  is_packed_batching: { type: "int", default: 0 },
} as const;

/** Rotary position embedding (arXiv:2104.09864). */
export const rotaryEmbedding = {
  /**
   * Turns pairs of features of each head by an angle that grows with the position. Inputs: x `[batch, sequence, width]` or
   * `[batch, heads, sequence, head width]`; positions int64 `[batch, sequence]`, or `[1]`, the first of a row; cosines and sines
   * `[positions, pairs]`. Pairs are (i, i + pairs), or neighbours when `interleaved`.
   */
  RotaryEmbedding: defineOperator({
    domain: MICROSOFT_DOMAIN,
    inputs: ["input", "position_ids", "cos_cache", "sin_cache"],
    outputs: ["output"],
    attributes: rotaryAttributes,
    infer: (c) => {
      const [x, positions, cosines, sines] = c.inputs;
      const rank = x.shape.length;
      if (rank !== 3 && rank !== 4) c.fail("the input has 3 or 4 axes", showShape(x.shape));
      if (positions.dtype !== "int64") c.fail("positions are int64", positions.dtype);
      if (showShape(cosines.shape) !== showShape(sines.shape) || cosines.shape.length !== 2)
        c.fail("cosines and sines are [positions, pairs]", `${showShape(cosines.shape)} and ${showShape(sines.shape)}`);
      const { rotary_embedding_dim: rotated, num_heads: heads, scale, is_packed_batching: packed } = c.attributes;
      if (scale !== 1 || packed !== 0) c.fail("scale is 1 and is_packed_batching 0", `${scale} and ${packed}`);
      if (rotated > 0 && rank === 3 && heads === 0) c.fail("num_heads is given with rotary_embedding_dim", "0");
      const width = headWidth(x, cosines.shape[1]!, c.attributes);
      if (width === undefined) c.fail("whole heads fill the width", showShape(x.shape));
      const pairs = cosines.shape[1]!;
      if (typeof width === "number" && pairs !== (rotated || width) / 2)
        c.fail(`cosines have ${(rotated || width) / 2} columns`, showShape(cosines.shape));
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    // The transpose of a rotation turns back: by the negative sines.
    gradient: ({ b, inputs: [, positions, cosines, sines], outputs: [y], dy, attributes, needs }) => {
      if (needs(2) || needs(3)) return refuseGradient(y, "RotaryEmbedding", "cosines and sines are constants");
      return [b.op("RotaryEmbedding", [dy, positions, cosines, b.op("Neg", [sines])], attributes)];
    },
    reference: ([x, positions, cosines, sines], { attributes }) => [
      rotate(x, { positions, cosines, sines }, attributes),
    ],
  }),
} satisfies Record<string, Operator>;

function headWidth(
  x: Pick<Value, "shape">,
  pairs: Dimension,
  { num_heads, rotary_embedding_dim }: Pick<Attributes<typeof rotaryAttributes>, "num_heads" | "rotary_embedding_dim">,
): Dimension | undefined {
  if (x.shape.length === 4) return x.shape[3];
  if (num_heads > 0) return divideDimensions(x.shape[2]!, num_heads);
  return typeof pairs === "number" && rotary_embedding_dim === 0 ? 2 * pairs : undefined;
}

/** The rotation by its definition. */
export function rotate(
  x: ReferenceTensor,
  tables: { readonly positions: ReferenceTensor; readonly cosines: ReferenceTensor; readonly sines: ReferenceTensor },
  attributes: Pick<Attributes<typeof rotaryAttributes>, "num_heads" | "rotary_embedding_dim" | "interleaved">,
): ReferenceTensor {
  const { positions, cosines, sines } = tables;
  const pairs = cosines.shape[1]!;
  const width = Number(headWidth(x, pairs, attributes));
  const sequenceAxis = x.shape.length === 4 ? 2 : 1;
  const sequence = x.shape[sequenceAxis]!;
  return tabulate(x.dtype, x.shape, (index, flat) => {
    const feature = index.at(-1)! % width;
    if (feature >= 2 * pairs) return x.data[flat]!;
    const step = index[sequenceAxis]!;
    const position =
      positions.data.length === 1 ? positions.data[0]! + step : positions.data[index[0]! * sequence + step]!;
    const pair = attributes.interleaved === 1 ? Math.floor(feature / 2) : feature % pairs;
    const isFirst = attributes.interleaved === 1 ? feature % 2 === 0 : feature < pairs;
    const distance = attributes.interleaved === 1 ? 1 : pairs;
    const partner = x.data[flat + (isFirst ? distance : -distance)]!;
    const at = position * pairs + pair;
    return x.data[flat]! * cosines.data[at]! + (isFirst ? -partner : partner) * sines.data[at]!;
  });
}
