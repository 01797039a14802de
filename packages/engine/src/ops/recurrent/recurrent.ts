import type { Value } from "../../graph/graph.ts";
import {
  type AttributeSpecs,
  type Attributes,
  type DecompositionContext,
  defineOperator,
  type GradientContext,
  type Operator,
} from "../operator.ts";
import { recurrentBackward } from "./backward.ts";
import type { Cell } from "./cell.ts";
import { RESET_AFTER_CELL, RESET_BEFORE_CELL } from "./gru-cell.ts";
import { LSTM_CELL } from "./lstm-cell.ts";
import { recordRecurrent } from "./record.ts";
import { logistic, runRecurrence } from "./reference.ts";
import { RNN_ACTIVATIONS, type RnnActivation, rnnCell } from "./rnn-cell.ts";
import { directionsOf, inferRecurrent, RECURRENT_ATTRIBUTES, type RecurrentAttributes } from "./shape-rule.ts";

const LSTM_ATTRIBUTES = { ...RECURRENT_ATTRIBUTES, input_forget: { type: "int", default: 0 } } as const;
const GRU_ATTRIBUTES = { ...RECURRENT_ATTRIBUTES, linear_before_reset: { type: "int", default: 0 } } as const;
const RNN_ATTRIBUTES = {
  ...RECURRENT_ATTRIBUTES,
  activations: { type: "strings", default: ["Tanh", "Tanh"] },
} as const satisfies AttributeSpecs;

/**
 * Recurrent operators over X `[T, B, D]`, forward, reverse or in both directions, with initial states and lengths of sequences.
 *
 * Peepholes, clip, layout 1 and other activations than the usual are refused by name.
 */
export const recurrent = {
  LSTM: defineOperator({
    inputs: ["X", "W", "R", "B?", "sequence_lens?", "initial_h?", "initial_c?", "P?"],
    outputs: ["Y?", "Y_h?", "Y_c?"],
    attributes: LSTM_ATTRIBUTES,
    infer: (c) => {
      const { input_forget } = c.attributes;
      if (input_forget !== 0) c.fail("input_forget is 0", String(input_forget));
      return inferRecurrent(c, { gates: 4, states: 2, activations: [["Sigmoid", "Tanh", "Tanh"]] });
    },
    gradient: throughTime(() => LSTM_CELL),
    reference: (inputs, { attributes }) =>
      runRecurrence(inputs, attributes, {
        gates: 4,
        step: ({ input, h, c, recur }) => {
          const gate = (index: number, squash: (x: number) => number) =>
            recur(index, h).map((value, i) => squash(value + input[index]![i]!));
          const [i, o, f, g] = [gate(0, logistic), gate(1, logistic), gate(2, logistic), gate(3, Math.tanh)];
          const cell = c.map((value, k) => f[k]! * value + i[k]! * g[k]!);
          return { h: cell.map((value, k) => o[k]! * Math.tanh(value)), c: cell };
        },
      }),
  }),

  GRU: defineOperator({
    inputs: ["X", "W", "R", "B?", "sequence_lens?", "initial_h?"],
    outputs: ["Y?", "Y_h?"],
    attributes: GRU_ATTRIBUTES,
    infer: (c) => inferRecurrent(c, { gates: 3, states: 1, activations: [["Sigmoid", "Tanh"]] }),
    gradient: throughTime(({ linear_before_reset }: Attributes<typeof GRU_ATTRIBUTES>) =>
      linear_before_reset === 0 ? RESET_BEFORE_CELL : RESET_AFTER_CELL,
    ),
    reference: (inputs, { attributes }) =>
      runRecurrence(inputs, attributes, {
        gates: 3,
        step: ({ input, h, c, recur }) => {
          const [z, r] = [0, 1].map((index) => recur(index, h).map((value, i) => logistic(value + input[index]![i]!)));
          const product =
            attributes.linear_before_reset === 0
              ? recur(
                  2,
                  h.map((value, i) => value * r![i]!),
                )
              : recur(2, h).map((value, i) => value * r![i]!);
          const n = product.map((value, i) => Math.tanh(value + input[2]![i]!));
          return { h: n.map((value, i) => (1 - z![i]!) * value + z![i]! * h[i]!), c };
        },
      }).slice(0, 2),
  }),

  RNN: defineOperator({
    inputs: ["X", "W", "R", "B?", "sequence_lens?", "initial_h?"],
    outputs: ["Y?", "Y_h?"],
    attributes: RNN_ATTRIBUTES,
    infer: (c) => inferRecurrent(c, { gates: 1, states: 1, activations: [["Tanh"], ["Relu"], ["Sigmoid"]] }),
    gradient: throughTime((attributes, direction) => rnnCell(activationOf(attributes, direction))),
    reference: (inputs, { attributes }) =>
      runRecurrence(inputs, attributes, {
        gates: 1,
        step: ({ input, h, c, recur }, direction) => {
          const { apply } = RNN_ACTIVATIONS[activationOf(attributes, direction)];
          return { h: recur(0, h).map((value, i) => apply(value + input[0]![i]!)), c };
        },
      }).slice(0, 2),
  }),
} satisfies Record<string, Operator>;

function throughTime<A extends Attributes<RecurrentAttributes>>(cellOf: (attributes: A, direction: number) => Cell) {
  const cells = (attributes: A) => directionsOf(attributes).map((_, direction) => cellOf(attributes, direction));
  return {
    record: (context: DecompositionContext<RecurrentAttributes> & { readonly attributes: A }) =>
      recordRecurrent(context, cells(context.attributes)),
    backward: (
      context: GradientContext<RecurrentAttributes> & { readonly attributes: A },
      recorded: readonly Value[],
    ) => recurrentBackward(context, recorded, cells(context.attributes)),
  };
}

/** Names of activations are compared without case, as ONNX says. */
function activationOf(
  { activations }: Pick<Attributes<RecurrentAttributes>, "activations">,
  direction: number,
): RnnActivation {
  const name = (activations[direction] ?? "Tanh").toLowerCase();
  return (Object.keys(RNN_ACTIVATIONS) as RnnActivation[]).find((known) => known.toLowerCase() === name)!;
}
