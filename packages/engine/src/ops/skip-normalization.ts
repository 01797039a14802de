import { MICROSOFT_DOMAIN, type Value } from "../graph/graph.ts";
import { DTYPES } from "../tensor/dtype.ts";
import { showShape } from "../tensor/shape.ts";
import { normalization } from "./normalization.ts";
import {
  type DecompositionContext,
  defineOperator,
  type InferenceContext,
  type InferredType,
  type Operator,
  type ReferenceContext,
  type ReferenceTensor,
} from "./operator.ts";
import { mapBroadcast, tabulate } from "./reference-kernels.ts";
import { mayEqual } from "./shape-values.ts";

const epsilonAttribute = { epsilon: { type: "float", default: 1e-12 } } as const;
const embeddingAttributes = { ...epsilonAttribute, mask_index_type: { type: "int", default: 0 } } as const;
type EpsilonContext = InferenceContext<typeof epsilonAttribute>;

/** Sums and their layer norm in one kernel, as ONNX Runtime's optimiser writes them. Outputs 1 and 2, statistics, exist on GPUs only. */
export const skipNormalization = {
  /** LayerNormalization of x + skip + bias. Output 3: that sum. `skip` may lack the batch, or have it as 1. */
  SkipLayerNormalization: defineOperator({
    domain: MICROSOFT_DOMAIN,
    inputs: ["input", "skip", "gamma", "beta?", "bias?"],
    outputs: ["output", "mean?", "inv_std_var?", "input_skip_bias_sum?"],
    attributes: epsilonAttribute,
    infer: (c) => inferSkip(c, { vectors: c.inputs.slice(2) }),
    gradient: {
      decompose: ({ b, inputs: [x, skip, gamma, beta, bias], attributes: { epsilon } }) => {
        const sum = sumOf(b, [x, skip, bias]);
        const [y, mean, inverse] = b.multi("LayerNormalization", [sum, gamma, beta], 3, { epsilon });
        return [y, mean, inverse, sum];
      },
    },
    reference: ([x, skip, gamma, beta, bias], context) => {
      const sum = referenceSum([x, skip, bias]);
      return [...normalized("LayerNormalization", [sum, gamma, beta], context), sum];
    },
  }),

  /** SimplifiedLayerNormalization of x + skip + bias. Output 3: that sum. */
  SkipSimplifiedLayerNormalization: defineOperator({
    domain: MICROSOFT_DOMAIN,
    inputs: ["input", "skip", "gamma", "bias?"],
    outputs: ["output", "mean?", "inv_std_var?", "input_skip_bias_sum?"],
    attributes: epsilonAttribute,
    infer: (c) => inferSkip(c, { vectors: c.inputs.slice(2) }),
    gradient: {
      decompose: ({ b, inputs: [x, skip, gamma, bias], attributes: { epsilon } }) => {
        const sum = sumOf(b, [x, skip, bias]);
        const [y, inverse] = b.multi("SimplifiedLayerNormalization", [sum, gamma], 2, { epsilon });
        return [y, undefined, inverse, sum];
      },
    },
    reference: ([x, skip, gamma, bias], context) => {
      const sum = referenceSum([x, skip, bias]);
      const [y, inverse] = normalized("SimplifiedLayerNormalization", [sum, gamma], context);
      return [y!, inverse!, inverse!, sum];
    },
  }),

  /**
   * LayerNormalization of the sum of three looked-up rows: of the token, its position and its segment. Positions are 0, 1, 2 … unless given.
   * Outputs: the result, the number of ones in each row of the mask (0 without a mask), the sum.
   */
  EmbedLayerNormalization: defineOperator({
    domain: MICROSOFT_DOMAIN,
    inputs: [
      "input_ids",
      "segment_ids?",
      "word_embedding",
      "position_embedding",
      "segment_embedding?",
      "gamma",
      "beta",
      "mask?",
      "position_ids?",
    ],
    outputs: ["output", "mask_index?", "embedding_sum?"],
    attributes: embeddingAttributes,
    infer: (c) => {
      const [ids, , words, , , gamma] = c.inputs;
      if (c.attributes.mask_index_type !== 0) c.fail("mask_index_type is 0", String(c.attributes.mask_index_type));
      const width = words.shape.at(-1)!;
      if (ids.shape.length !== 2) c.fail("ids are [batch, sequence]", showShape(ids.shape));
      if (!mayEqual(gamma.shape[0], width)) c.fail(`gamma has shape [${width}]`, showShape(gamma.shape));
      const embedded: InferredType = { dtype: words.dtype, shape: [...ids.shape, width] };
      return [embedded, { dtype: "int32", shape: [ids.shape[0]!] }, embedded];
    },
    gradient: { decompose: decomposeEmbedding },
    reference: ([ids, segments, words, positions, segmentTable, gamma, beta, mask, positionIds], context) => {
      const row = (table: ReferenceTensor, index: number, column: number) =>
        table.data[index * table.shape[1]! + column]!;
      const [batch, sequence] = ids.shape as [number, number];
      const sum = tabulate(words.dtype, [...ids.shape, words.shape[1]!], ([n, t, column]) => {
        const at = n! * sequence + t!;
        // Position ids may be one row for the whole batch.
        const position = positionIds?.data[at % positionIds.data.length] ?? t!;
        const segment = segmentTable === undefined ? 0 : row(segmentTable, segments?.data[at] ?? 0, column!);
        return row(words, ids.data[at]!, column!) + row(positions, position, column!) + segment;
      });
      const ones = tabulate("int32", [batch], ([n]) =>
        mask === undefined ? 0 : mask.data.slice(n! * sequence, (n! + 1) * sequence).filter((one) => one === 1).length,
      );
      const [y] = normalized("LayerNormalization", [sum, gamma, beta], context);
      return [y!, ones, sum];
    },
  }),
} satisfies Record<string, Operator>;

/** The type of x, the statistics of its rows, and the sum. */
function inferSkip(c: EpsilonContext, { vectors }: { vectors: readonly (Value | undefined)[] }): InferredType[] {
  const [x, skip] = c.inputs;
  const width = x!.shape.at(-1);
  if (showShape(skip!.shape.slice(-2)) !== showShape(x!.shape.slice(-2)))
    c.fail("skip has the last two sizes of the input", `${showShape(skip!.shape)} and ${showShape(x!.shape)}`);
  for (const vector of vectors) {
    if (vector !== undefined && showShape(vector.shape) !== `[${width}]`)
      c.fail(`gamma, beta and bias have shape [${width}]`, showShape(vector.shape));
  }
  const same: InferredType = { dtype: x!.dtype, shape: x!.shape };
  const statistics: InferredType = { dtype: "float32", shape: [...x!.shape.slice(0, -1), 1] };
  return [same, statistics, statistics, same];
}

function sumOf(b: DecompositionContext<typeof epsilonAttribute>["b"], terms: readonly (Value | undefined)[]): Value {
  return terms.filter((term) => term !== undefined).reduce((sum, term) => b.op("Add", [sum, term]));
}

function referenceSum(terms: readonly (ReferenceTensor | undefined)[]): ReferenceTensor {
  return mapBroadcast(
    terms.filter((term) => term !== undefined),
    (...values) => values.reduce((sum, value) => sum + value),
  );
}

/** A layer norm of the last axis by its own reference. */
function normalized(
  opType: "LayerNormalization" | "SimplifiedLayerNormalization",
  inputs: readonly (ReferenceTensor | undefined)[],
  context: ReferenceContext<{ readonly epsilon: { readonly type: "float"; readonly default: number } }>,
): readonly ReferenceTensor[] {
  const { epsilon } = context.attributes;
  return normalization[opType].reference(inputs, {
    ...context,
    attributes: { axis: -1, epsilon, stash_type: 1 },
    outputCount: 3,
  });
}

function decomposeEmbedding({
  b,
  inputs: [ids, segments, words, positions, segmentTable, gamma, beta, mask, positionIds],
  outputs,
  attributes: { epsilon },
}: DecompositionContext<typeof embeddingAttributes>): (Value | undefined)[] {
  const places =
    positionIds === undefined
      ? b.op("Slice", [positions!, b.ints([0]), b.op("Shape", [ids!], { start: 1, end: 2 }), b.ints([0])])
      : b.op("Gather", [positions!, positionIds]);
  const segment = segmentTable === undefined ? undefined : b.op("Gather", [segmentTable, segments]);
  const sum = sumOf(b, [b.op("Gather", [words!, ids!]), places, segment]);
  const y = b.multi("LayerNormalization", [sum, gamma, beta], 3, { epsilon })[0];
  return [y, outputs[1] === undefined ? undefined : onesIn(b, mask, ids!), sum];
}

/** The number of ones in each row of a mask: int32 `[batch]`. */
function onesIn(b: DecompositionContext<typeof embeddingAttributes>["b"], mask: Value | undefined, ids: Value): Value {
  if (mask === undefined) return b.op("Expand", [b.scalar(0, "int32"), b.op("Shape", [ids], { end: 1 })]);
  const isOne = b.op("Cast", [b.op("Equal", [mask, b.scalar(1, mask.dtype)])], { to: DTYPES.int32.onnx });
  return b.op("ReduceSum", [isOne, b.ints([1])], { keepdims: 0 });
}
