import { MICROSOFT_DOMAIN, type Value } from "../graph/graph.ts";
import { addDimensions, type Dimension, showShape } from "../tensor/shape.ts";
import { attention, causalBias, maskScoreBias, splitHeads } from "./attention-decomposition.ts";
import { attend, LOWEST, lastAxisPart, maskBias, tensorBias, toHeads, withPast } from "./attention-reference.ts";
import { matmul } from "./matmul.ts";
import {
  type DecompositionContext,
  defineOperator,
  type InferenceContext,
  type InferredType,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { tabulate } from "./reference-kernels.ts";
import { refuseGradient } from "./refuse-gradient.ts";
import { mayBeShape } from "./shape-values.ts";

const scoreAttributes = {
  num_heads: { type: "int", default: 1 },
  unidirectional: { type: "int", default: 0 },
  mask_filter_value: { type: "float", default: -10000 },
  scale: { type: "float", default: 0 },
} as const;
const attentionAttributes = {
  ...scoreAttributes,
  qkv_hidden_sizes: { type: "ints" },
  past_present_share_buffer: { type: "int", default: 0 },
  do_rotary: { type: "int", default: 0 },
  rotary_embedding_dim: { type: "int", default: 0 },
} as const;
type AttentionRule = InferenceContext<typeof attentionAttributes>;

/** Scaled dot-product attention in one kernel (arXiv:1706.03762), as ONNX Runtime's optimiser writes it. */
export const fusedAttention = {
  /**
   * Self-attention with the projection of queries, keys and values. Inputs: x `[batch, sequence, width]`; weights
   * `[width, 2 · hidden + value hidden]` and their bias; a mask (see `maskBias`); past keys and values
   * `[2, batch, heads, past, head width]`; a bias of the scores. Outputs: the result, and keys and values so far.
   */
  Attention: defineOperator({
    domain: MICROSOFT_DOMAIN,
    inputs: ["input", "weights", "bias?", "mask_index?", "past?", "attention_bias?", "past_sequence_length?"],
    outputs: ["output", "present?"],
    attributes: attentionAttributes,
    infer: (c) => {
      const [x, weights, bias, , past, , pastLength] = c.inputs;
      if (pastLength !== undefined) c.fail("past_sequence_length is left out, as on the CPU", pastLength.name);
      const { num_heads: heads, past_present_share_buffer: shared, do_rotary: rotary } = c.attributes;
      checkScoreDType(c, [x, weights, bias, past, c.inputs[5]]);
      if (x.shape.length !== 3) c.fail("the input is [batch, sequence, width]", showShape(x.shape));
      if (shared !== 0 || rotary !== 0) c.fail("past_present_share_buffer and do_rotary are 0, as on the CPU", "1");
      const [hidden, , valueHidden] = hiddenSizes(c.attributes.qkv_hidden_sizes, weights);
      const total = 2 * hidden + valueHidden;
      if (!mayBeShape(weights.shape, [x.shape[2]!, total]))
        c.fail(`weights are [${x.shape[2]}, ${total}]`, showShape(weights.shape));
      // ONNX Runtime 1.30's kernel for the CPU ends the process when there is none.
      if (bias === undefined || !mayBeShape(bias.shape, [total]))
        c.fail(`the bias is [${total}]`, showShape(bias?.shape ?? []));
      if (hidden % heads !== 0 || valueHidden % heads !== 0)
        c.fail(`${heads} heads divide the hidden sizes`, `${hidden} and ${valueHidden}`);
      const [batch, sequence] = x.shape as [Dimension, Dimension];
      const length = past === undefined ? sequence : addDimensions([past.shape[3]!, sequence]);
      return [
        { dtype: x.dtype, shape: [batch, sequence, valueHidden] },
        { dtype: x.dtype, shape: [2, batch, heads, length, hidden / heads] },
      ];
    },
    gradient: { decompose: decomposeAttention },
    reference: ([x, weights, bias, mask, past, scoreBias], context) => {
      const { attributes } = context;
      const sizes = hiddenSizes(attributes.qkv_hidden_sizes, weights);
      const [product] = matmul.MatMul.reference([x, weights], context);
      const starts = [0, sizes[0], 2 * sizes[0]];
      const [q, newK, newV] = sizes.map((size, i) =>
        toHeads(lastAxisPart(product!, starts[i]!, size), { heads: attributes.num_heads, bias, offset: starts[i]! }),
      ) as [ReferenceTensor, ReferenceTensor, ReferenceTensor];
      const k = withPast(stateOf(past, 0), newK);
      const v = withPast(stateOf(past, 1), newV);
      const y = masked([q, k, v], { mask, scoreBias, attributes });
      return [y, stacked(k, v)];
    },
  }),

  /**
   * Attention of queries `[batch, sequence, hidden]` over keys and values `[batch, keys, hidden]`, or heads `[batch, heads, keys, width]`.
   * Further inputs: a bias `[2 · hidden + value hidden]` of all three; a mask (see `maskBias`); a bias of the scores; past keys and values
   * as heads. Outputs: the result, and keys and values so far as heads.
   */
  MultiHeadAttention: defineOperator({
    domain: MICROSOFT_DOMAIN,
    inputs: [
      "query",
      "key?",
      "value?",
      "bias?",
      "key_padding_mask?",
      "attention_bias?",
      "past_key?",
      "past_value?",
      "past_sequence_length?",
      "cache_indirection?",
    ],
    outputs: ["output", "present_key?", "present_value?", "qk?"],
    attributes: scoreAttributes,
    infer: (c) => {
      const [query, key, value, bias, , scoreBias, pastKey, pastValue, pastLength, beams] = c.inputs;
      const buffered = pastLength ?? beams;
      if (buffered !== undefined) c.fail("past_sequence_length and cache_indirection are left out", buffered.name);
      checkScoreDType(c, [query, key, value, bias, scoreBias, pastKey, pastValue]);
      const { num_heads: heads } = c.attributes;
      if (query.shape.length !== 3 || key === undefined || value === undefined)
        return c.fail("queries, keys and values come apart, as on the CPU", showShape(query.shape));
      if ((pastKey === undefined) !== (pastValue === undefined))
        c.fail("past keys and values come together", "one of them");
      const [batch, sequence, hidden] = query.shape as [Dimension, Dimension, Dimension];
      const isApart = key.shape.length === 4;
      if (isApart && (key.shape[1] !== heads || value.shape[1] !== heads))
        c.fail(`keys and values have ${heads} heads`, `${showShape(key.shape)} and ${showShape(value.shape)}`);
      const valueHidden = isApart ? Number(value.shape[1]) * Number(value.shape[3]) : Number(value.shape[2]);
      if (typeof hidden !== "number" || hidden % heads !== 0 || valueHidden % heads !== 0)
        c.fail(`${heads} heads divide the hidden sizes`, `${hidden} and ${valueHidden}`);
      const keyHidden = isApart ? Number(key.shape[1]) * Number(key.shape[3]) : key.shape[2];
      if (keyHidden !== hidden) c.fail(`keys have ${hidden} features`, showShape(key.shape));
      const keys = key.shape[isApart ? 2 : 1]!;
      const length = pastKey === undefined ? keys : addDimensions([pastKey.shape[2]!, keys]);
      const state = (width: number): InferredType => ({ dtype: query.dtype, shape: [batch, heads, length, width] });
      return [
        { dtype: query.dtype, shape: [batch, sequence, valueHidden] },
        state(Number(hidden) / heads),
        state(valueHidden / heads),
      ];
    },
    gradient: { decompose: decomposeMultiHeadAttention },
    reference: ([query, key, value, bias, mask, scoreBias, pastKey, pastValue], { attributes }) => {
      const { num_heads: heads } = attributes;
      const hidden = query.shape[2]!;
      const inHeads = (x: ReferenceTensor, offset: number) =>
        x.shape.length === 4 ? x : toHeads(x, { heads, bias, offset });
      const k = withPast(pastKey, inHeads(key!, hidden));
      const v = withPast(pastValue, inHeads(value!, 2 * hidden));
      return [masked([inHeads(query, 0), k, v], { mask, scoreBias, attributes }), k, v];
    },
  }),
} satisfies Record<string, Operator>;

/** Refuses what ONNX Runtime's kernels do not compute: other dtypes than float32 and float16, and mixtures of the two. */
export function checkScoreDType(c: Pick<AttentionRule, "fail">, floats: readonly (Value | undefined)[]): void {
  const dtypes = [...new Set(floats.flatMap((value) => value?.dtype ?? []))];
  if (dtypes.length !== 1 || (dtypes[0] !== "float32" && dtypes[0] !== "float16"))
    c.fail("queries, keys, values, weights and biases are all float32 or all float16", dtypes.join(" and "));
}

function hiddenSizes(given: readonly number[] | undefined, weights: Pick<Value, "shape">): [number, number, number] {
  const third = Number(weights.shape[1]) / 3;
  return (given === undefined || given.length === 0 ? [third, third, third] : given) as [number, number, number];
}

/** Keys (0) or values (1) of a past `[2, batch, heads, past, width]`. */
function stateOf(past: ReferenceTensor | undefined, part: 0 | 1): ReferenceTensor | undefined {
  if (past === undefined) return undefined;
  const half = past.data.length / 2;
  return { dtype: past.dtype, shape: past.shape.slice(1), data: past.data.slice(part * half, (part + 1) * half) };
}

function stacked(k: ReferenceTensor, v: ReferenceTensor): ReferenceTensor {
  return tabulate(k.dtype, [2, ...k.shape], ([part], flat) =>
    part === 0 ? k.data[flat]! : v.data[flat - k.data.length]!,
  );
}

function masked(
  heads: readonly [ReferenceTensor, ReferenceTensor, ReferenceTensor],
  {
    mask,
    scoreBias,
    attributes,
  }: {
    mask: ReferenceTensor | undefined;
    scoreBias: ReferenceTensor | undefined;
    attributes: AttentionRule["attributes"] | InferenceContext<typeof scoreAttributes>["attributes"];
  },
): ReferenceTensor {
  const [q, k] = heads;
  const fromMask = maskBias(mask, { batch: q.shape[0]!, filter: attributes.mask_filter_value });
  const fromTensor = tensorBias(scoreBias);
  const past = k.shape[2]! - q.shape[2]!;
  const isCausal = attributes.unidirectional === 1;
  return attend(heads, {
    scale: attributes.scale,
    bias: (index) =>
      fromMask(index) + fromTensor(index) + (isCausal && index[3] > index[2] + Math.max(past, 0) ? LOWEST : 0),
  });
}

function decomposeAttention({
  b,
  inputs: [x, weights, bias, mask, past, scoreBias],
  outputs,
  attributes,
}: DecompositionContext<typeof attentionAttributes>): (Value | undefined)[] {
  if (past !== undefined) return refuseGradient(outputs[0]!, "Attention", "past keys and values are for inference");
  const projected = b.op("Add", [b.op("MatMul", [x!, weights!]), bias]);
  const sizes = hiddenSizes(attributes.qkv_hidden_sizes, weights!);
  const [q, k, v] = b
    .multi("Split", [projected, b.ints(sizes)], 3, { axis: -1 })
    .map((part) => splitHeads(b, part, attributes.num_heads)) as [Value, Value, Value];
  const biases = scoreBiases({ b, outputs, attributes }, { opType: "Attention", q, k, mask, scoreBias });
  const state = (part: Value) => b.op("Unsqueeze", [part, b.ints([0])]);
  const present = outputs[1] === undefined ? undefined : b.op("Concat", [state(k), state(v)], { axis: 0 });
  return [attention(b, { q, k, v, scale: attributes.scale, biases }), present];
}

function decomposeMultiHeadAttention({
  b,
  inputs: [query, key, value, bias, mask, scoreBias, pastKey],
  outputs,
  attributes,
}: DecompositionContext<typeof scoreAttributes>): (Value | undefined)[] {
  if (pastKey !== undefined)
    return refuseGradient(outputs[0]!, "MultiHeadAttention", "past keys and values are for inference");
  const hidden = Number(query!.shape[2]);
  const biasSizes = [hidden, hidden, Number(bias?.shape[0]) - 2 * hidden];
  const biasParts = bias === undefined ? [] : b.multi("Split", [bias, b.ints(biasSizes)], 3, { axis: 0 });
  const [q, k, v] = [query!, key!, value!].map((x, i) => {
    if (x.shape.length === 4) return x;
    const part = biasParts[i];
    return splitHeads(b, part === undefined ? x : b.op("Add", [x, part]), attributes.num_heads);
  }) as [Value, Value, Value];
  const biases = scoreBiases({ b, outputs, attributes }, { opType: "MultiHeadAttention", q, k, mask, scoreBias });
  return [attention(b, { q, k, v, scale: attributes.scale, biases }), k, v];
}

function scoreBiases(
  { b, outputs, attributes }: Pick<DecompositionContext<typeof scoreAttributes>, "b" | "outputs" | "attributes">,
  {
    opType,
    q,
    k,
    mask,
    scoreBias,
  }: { opType: string; q: Value; k: Value; mask: Value | undefined; scoreBias: Value | undefined },
): (Value | undefined)[] {
  const causal = attributes.unidirectional === 1 ? causalBias(b, q, k) : undefined;
  if (mask === undefined) return [causal, scoreBias];
  if (mask.shape.length > 3 || (mask.shape.length === 1 && mask.shape[0] !== q.shape[0]))
    return refuseGradient(outputs[0]!, opType, "a mask is [batch], [batch, keys] or [batch, queries, keys]");
  return [maskScoreBias(b, { mask, keys: k, filter: attributes.mask_filter_value }), causal, scoreBias];
}
