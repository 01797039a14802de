import { MICROSOFT_DOMAIN, type Value } from "../graph/graph.ts";
import { type Dimension, showShape } from "../tensor/shape.ts";
import { checkScoreDType } from "./attention.ts";
import { attention, causalBias, splitHeads, windowBias } from "./attention-decomposition.ts";
import { attend, LOWEST, lastAxisPart, tensorBias, toHeads } from "./attention-reference.ts";
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
import { rotate } from "./rotary-embedding.ts";
import { knownNumbers, mayEqual, unknownDimension } from "./shape-values.ts";

const groupAttributes = {
  num_heads: { type: "int", default: 1 },
  kv_num_heads: { type: "int", default: 1 },
  scale: { type: "float", default: 0 },
  softcap: { type: "float", default: 0 },
  local_window_size: { type: "int", default: -1 },
  do_rotary: { type: "int", default: 0 },
  rotary_interleaved: { type: "int", default: 0 },
  /** −1 means that it is not given. */
  smooth_softmax: { type: "int", default: -1 },
  causal: { type: "int", default: 1 },
  sliding_window_cache: { type: "int", default: 0 },
  qk_output: { type: "int", default: 0 },
  qk_norm_epsilon: { type: "float", default: 1e-6 },
  kv_cache_bit_width: { type: "int", default: 0 },
  k_quant_type: { type: "string", default: "NONE" },
  v_quant_type: { type: "string", default: "NONE" },
} as const;
/** The first of k_scale, v_scale, q_norm_weight and k_norm_weight. */
const UNREAD_INPUTS = 12;
type Decomposing = DecompositionContext<typeof groupAttributes>;

/** Causal attention in which groups of query heads share keys and values (arXiv:2305.13245), in one kernel. */
export const groupQueryAttention = {
  /**
   * Inputs: queries `[batch, sequence, heads · width]`, keys and values `[batch, sequence, kv heads · width]`, or all three side by side as
   * the first; past keys and values `[batch, kv heads, past, width]`; int32 `[batch]`, the number of keys of each row less 1; the greatest
   * number of keys; cosines and sines of a rotary embedding; positions; a bias of the scores; a sink for each head. Outputs: the result, and
   * keys and values so far. `local_window_size`: how many keys a query sees; −1: all before it.
   *
   * The gradient is that of whole sequences: none has a past or is padded.
   */
  GroupQueryAttention: defineOperator({
    domain: MICROSOFT_DOMAIN,
    inputs: [
      "query",
      "key?",
      "value?",
      "past_key?",
      "past_value?",
      "seqlens_k",
      "total_sequence_length",
      "cos_cache?",
      "sin_cache?",
      "position_ids?",
      "attention_bias?",
      "head_sink?",
      "k_scale?",
      "v_scale?",
      "q_norm_weight?",
      "k_norm_weight?",
    ],
    outputs: ["output", "present_key?", "present_value?", "output_qk?"],
    attributes: groupAttributes,
    infer: (c) => {
      refuseVariants(c);
      const [query, key, value, pastKey, pastValue] = c.inputs;
      checkScoreDType(c, [query, key, value, pastKey, pastValue, c.inputs[7], c.inputs[8], c.inputs[10], c.inputs[11]]);
      const { num_heads: heads, kv_num_heads: groups } = c.attributes;
      if (query.shape.length !== 3) c.fail("queries are [batch, sequence, width]", showShape(query.shape));
      if (heads % groups !== 0) c.fail(`kv_num_heads divide ${heads} heads`, `${groups}`);
      if ((pastKey === undefined) !== (pastValue === undefined))
        c.fail("past keys and values come together", "one of them");
      if (c.attributes.do_rotary === 1 && (c.inputs[7] === undefined || c.inputs[8] === undefined))
        c.fail("with do_rotary, cosines and sines are given", "none");
      if ((key === undefined) !== (value === undefined)) c.fail("keys and values come together", "one of them");
      const [batch, sequence, features] = query.shape as [Dimension, Dimension, Dimension];
      const width = Number(features) / (key === undefined ? heads + 2 * groups : heads);
      if (!Number.isInteger(width)) c.fail("whole heads fill the width", showShape(query.shape));
      if (key !== undefined && !mayEqual(key.shape[2], groups * width))
        c.fail(`keys have ${groups * width} features`, showShape(key.shape));
      const total = knownNumbers(c.contents(6))?.[0];
      const past = pastKey?.shape[2];
      const longer = total !== undefined && typeof past === "number" ? Math.max(total, past) : undefined;
      const keys = pastKey === undefined ? (total ?? sequence) : (longer ?? unknownDimension(c.where, 2));
      const state: InferredType = { dtype: query.dtype, shape: [batch, groups, keys, width] };
      return [{ dtype: query.dtype, shape: [batch, sequence, heads * width] }, state, state];
    },
    gradient: { decompose },
    reference: (inputs, { attributes }) => {
      const [, , , pastKey, pastValue, lengths, total, cosines, sines, positionIds, scoreBias, sinks] = inputs;
      const { num_heads: heads, local_window_size: window, softcap, smooth_softmax: isSmooth } = attributes;
      const [query, key, value] = parts(inputs, attributes);
      const [batch, , sequence] = query.shape as [number, number, number];
      const isPrompt = pastKey === undefined || total.data[0] === sequence;
      const before = (row: number) => (isPrompt ? 0 : lengths.data[row]! + 1 - sequence);
      const positions = positionIds ?? tabulate("int64", [batch, sequence], ([row, step]) => before(row!) + step!);
      const turned = (x: ReferenceTensor) =>
        attributes.do_rotary === 0
          ? x
          : rotate(
              x,
              { positions, cosines: cosines!, sines: sines! },
              { num_heads: 0, rotary_embedding_dim: 0, interleaved: attributes.rotary_interleaved },
            );
      const keys = Math.max(total.data[0]!, pastKey?.shape[2] ?? 0);
      const state = (past: ReferenceTensor | undefined, x: ReferenceTensor) => appended(past, x, { before, keys });
      const k = state(pastKey, turned(key));
      const v = state(pastValue, value);
      const fromTensor = tensorBias(scoreBias);
      const y = attend([turned(query), k, v], {
        scale: attributes.scale,
        cap: (score) => (softcap > 0 ? softcap * Math.tanh(score / softcap) : score),
        bias: (index) => {
          const last = before(index[0]) + index[2];
          const isSeen = index[3] <= last && (window < 0 || index[3] > last - window);
          return isSeen ? fromTensor(index) : LOWEST;
        },
        ...(isSmooth === 1 || sinks !== undefined ? { sink: (head: number) => sinks?.data[head % heads] ?? 0 } : {}),
      });
      return [y, k, v];
    },
  }),
} satisfies Record<string, Operator>;

/** Queries, keys and values as heads, whether they come apart or side by side. */
function parts(
  [query, key, value]: readonly (ReferenceTensor | undefined)[],
  { num_heads: heads, kv_num_heads: groups }: { num_heads: number; kv_num_heads: number },
): [ReferenceTensor, ReferenceTensor, ReferenceTensor] {
  const inHeads = (x: ReferenceTensor, count: number) => toHeads(x, { heads: count });
  if (key !== undefined) return [inHeads(query!, heads), inHeads(key, groups), inHeads(value!, groups)];
  const width = query!.shape[2]! / (heads + 2 * groups);
  const part = (start: number, count: number) => inHeads(lastAxisPart(query!, start * width, count * width), count);
  return [part(0, heads), part(heads, groups), part(heads + groups, groups)];
}

/** New keys or values behind the past of their row, zeros behind them, `keys` in all. */
function appended(
  past: ReferenceTensor | undefined,
  x: ReferenceTensor,
  { before, keys }: { before: (row: number) => number; keys: number },
): ReferenceTensor {
  const [batch, groups, sequence, width] = x.shape as [number, number, number, number];
  return tabulate(x.dtype, [batch, groups, keys, width], ([b, n, t, h]) => {
    const start = before(b!);
    if (t! < start) return past!.data[((b! * groups + n!) * past!.shape[2]! + t!) * width + h!]!;
    return t! < start + sequence ? x.data[((b! * groups + n!) * sequence + t! - start) * width + h!]! : 0;
  });
}

/** Forms that are not computed here, each by its name. */
function refuseVariants(c: InferenceContext<typeof groupAttributes>): void {
  const { causal, sliding_window_cache, qk_output, kv_cache_bit_width, k_quant_type, v_quant_type } = c.attributes;
  if (causal !== 1) c.fail("causal is 1", `${causal}`);
  if (sliding_window_cache !== 0) c.fail("sliding_window_cache is 0", `${sliding_window_cache}`);
  if (qk_output !== 0) c.fail("qk_output is 0", `${qk_output}`);
  if (k_quant_type !== "NONE" || v_quant_type !== "NONE" || kv_cache_bit_width !== 0)
    c.fail("keys and values are not quantized", `${k_quant_type} and ${v_quant_type} of ${kv_cache_bit_width} bits`);
  const extra = c.inputs.slice(UNREAD_INPUTS).find((input) => input !== undefined);
  if (extra !== undefined) c.fail("scales of quantized keys and values and weights of norms are left out", extra.name);
}

function decompose({ b, inputs, outputs, attributes }: Decomposing): (Value | undefined)[] {
  const [query, key, value, pastKey, , , , cosines, sines, positionIds, scoreBias, sinks] = inputs;
  const { num_heads: heads, kv_num_heads: groups, local_window_size: window, do_rotary, scale, softcap } = attributes;
  const refuse = (reason: string) => refuseGradient(outputs[0]!, "GroupQueryAttention", reason);
  if (pastKey !== undefined) return refuse("past keys and values are for inference");
  if (sinks !== undefined || attributes.smooth_softmax === 1)
    return refuse("smooth softmax and sinks are for inference");
  const width = Number(query!.shape[2]) / (key === undefined ? heads + 2 * groups : heads);
  const sizes = [heads * width, groups * width, groups * width];
  const [q, k, v] = (
    key === undefined ? b.multi("Split", [query!, b.ints(sizes)], 3, { axis: -1 }) : [query!, key, value!]
  ).map((part, i) => splitHeads(b, part, i === 0 ? heads : groups)) as [Value, Value, Value];
  const first = positionIds ?? b.ints([0]);
  const turned = (x: Value) =>
    do_rotary === 0
      ? x
      : b.op("RotaryEmbedding", [x, first, cosines, sines], { interleaved: attributes.rotary_interleaved });
  const [turnedQ, turnedK] = [turned(q), turned(k)];
  const windowed = window < 0 ? undefined : windowBias(b, { q, k, window: window - 1 });
  const y = attention(b, {
    q: turnedQ,
    k: repeatHeads(b, turnedK, heads / groups),
    v: repeatHeads(b, v, heads / groups),
    scale,
    softcap,
    biases: [causalBias(b, q, k), windowed, scoreBias],
  });
  return [y, turnedK, v];
}

/** Each head of `[batch, heads, sequence, width]` `times` in a row. */
function repeatHeads(b: Decomposing["b"], x: Value, times: number): Value {
  if (times === 1) return x;
  const [, heads, , width] = x.shape;
  const spread = b.op("Tile", [b.op("Unsqueeze", [x, b.ints([2])]), b.ints([1, 1, times, 1, 1])]);
  const sequence = b.op("Shape", [x], { start: 2, end: 3 });
  const shape = b.op("Concat", [b.ints([0, Number(heads) * times]), sequence, b.ints([Number(width)])], { axis: 0 });
  return b.op("Reshape", [spread, shape]);
}
