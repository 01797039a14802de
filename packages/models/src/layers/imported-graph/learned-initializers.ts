import type { Graph } from "@modelwright/engine";

/** Inputs, by position, that are numbers of the computation or statistics, and not weights, even where they are float32. */
const CONSTANT_INPUTS: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [3, 4],
  Clip: [1, 2],
  DequantizeLinear: [0, 1, 2],
  Dropout: [1],
  GroupQueryAttention: [7, 8],
  OneHot: [2],
  Pad: [2],
  QuantizeLinear: [1, 2],
  Range: [0, 1, 2],
  Resize: [1, 2],
  RotaryEmbedding: [2, 3],
};

/**
 * Names of the initializers that are most likely weights: float32, not scalars, and read by no node as a bound, a scale, a table of angles or
 * a running statistic.
 */
export function learnedInitializers({ initializers, nodes }: Graph): ReadonlySet<string> {
  const constants = new Set(
    nodes.flatMap(({ opType, inputs }) => (CONSTANT_INPUTS[opType] ?? []).map((position) => inputs[position])),
  );
  const learned = [...initializers].filter(
    ([name, { dtype, shape }]) => dtype === "float32" && shape.length > 0 && !constants.has(name),
  );
  return new Set(learned.map(([name]) => name));
}
