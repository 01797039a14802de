import type { Value } from "@modelwright/engine";
import { uniform } from "../parameters/initializers.ts";
import { staticSize } from "./dense.ts";
import { dropout } from "./dropout.ts";
import type { LayerContext } from "./layer-context.ts";

export interface RecurrentOptions {
  /** Scope of its parameters, by layer: `layer0.input_weight`, `layer0.recurrent_weight`, `layer0.bias`. */
  readonly name: string;
  /** Size of the state of one direction. */
  readonly width: number;
  /** One on top of the other; between them is a dropout site. Default 1. */
  readonly layers?: number;
  /** A second pass from the end, beside the first. Default false. */
  readonly bidirectional?: boolean;
  /** int32 `[batch]`: where each sequence ends, see `sequenceLengths`. Default: all are full. */
  readonly lengths?: Value;
}

/** What a recurrent layer gives; D is 2 with two directions, otherwise 1. */
export interface RecurrentOutputs {
  /** The top layer's state after each step: float32 `[batch, sequence, D · width]`, 0 beyond a sequence's end. */
  readonly states: Value;
  /** Its state after the last step of each direction: float32 `[batch, D · width]`. */
  readonly last: Value;
}

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997), with forget gates.
 *
 * @param x float32 `[batch, sequence, features]`.
 */
export function lstm(c: LayerContext, x: Value, options: RecurrentOptions): RecurrentOutputs {
  return stack(c, x, { ...options, opType: "LSTM", gates: 4, attributes: {} });
}

/**
 * Gated recurrent unit (Cho et al. 2014, arXiv:1406.1078), with the reset after the product, as PyTorch has it.
 *
 * @param x float32 `[batch, sequence, features]`.
 */
export function gru(c: LayerContext, x: Value, options: RecurrentOptions): RecurrentOutputs {
  return stack(c, x, { ...options, opType: "GRU", gates: 3, attributes: { linear_before_reset: 1 } });
}

/**
 * The plain recurrent network (Elman 1990): h′ = activation(W·x + R·h + bias).
 *
 * @param x float32 `[batch, sequence, features]`.
 * @param options.activation Default "Tanh".
 */
export function rnn(
  c: LayerContext,
  x: Value,
  { activation = "Tanh", ...options }: RecurrentOptions & { readonly activation?: "Tanh" | "Relu" },
): RecurrentOutputs {
  const activations = new Array<string>(options.bidirectional === true ? 2 : 1).fill(activation);
  return stack(c, x, { ...options, opType: "RNN", gates: 1, attributes: { activations } });
}

/**
 * How many tokens each text has, for masks whose padding stands at the end.
 *
 * @param mask int64 `[batch, sequence]`: 1 for a token, 0 for padding.
 * @returns int32 `[batch]`.
 */
export function sequenceLengths(c: LayerContext, mask: Value): Value {
  const { b } = c;
  return b.op("Cast", [b.op("ReduceSum", [mask, b.ints([1])], { keepdims: 0 })], { to: 6 });
}

interface StackOptions extends RecurrentOptions {
  readonly opType: string;
  readonly gates: number;
  readonly attributes: Readonly<Record<string, number | readonly string[]>>;
}

// T: steps, B: batch, H: width, D: directions. The operators have time first.
function stack(c: LayerContext, x: Value, options: StackOptions): RecurrentOutputs {
  const { name, layers = 1 } = options;
  const { b } = c;
  return c.scope(name, () => {
    let states = b.op("Transpose", [x], { perm: [1, 0, 2] }); // [T, B, features]
    let last = states;
    for (let layer = 0; layer < layers; layer++) {
      const input = layer === 0 ? states : dropout(c, states, `layer${layer}`);
      ({ states, last } = c.scope(`layer${layer}`, () => recurrentLayer(c, input, options)));
    }
    return { states: b.op("Transpose", [states], { perm: [1, 0, 2] }), last };
  });
}

function recurrentLayer(c: LayerContext, x: Value, options: StackOptions): RecurrentOutputs {
  const { opType, gates, width, bidirectional = false, lengths, attributes } = options;
  const { b } = c;
  const directions = bidirectional ? 2 : 1;
  const weights = { initializer: uniform(1 / Math.sqrt(width)), decay: true };
  const w = c.parameter("input_weight", [directions, gates * width, staticSize(x, -1)], weights);
  const r = c.parameter("recurrent_weight", [directions, gates * width, width], weights);
  const bias = c.parameter("bias", [directions, 2 * gates * width], { ...weights, decay: false });
  const direction = bidirectional ? "bidirectional" : "forward";
  const operands = [x, w, r, bias, lengths];
  const [y, h] = b.multi(opType, operands, 2, { hidden_size: width, direction, ...attributes }); // [T, D, B, H], [D, B, H]
  const sideBySide = (value: Value, perm: readonly number[], sizes: readonly number[]) =>
    b.op("Reshape", [b.op("Transpose", [value], { perm }), b.ints([...sizes, directions * width])]);
  return { states: sideBySide(y!, [0, 2, 1, 3], [0, 0]), last: sideBySide(h!, [1, 0, 2], [0]) }; // [T, B, D·H], [B, D·H]
}
