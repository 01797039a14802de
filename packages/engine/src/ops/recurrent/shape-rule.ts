import { type Shape, showShape } from "../../tensor/shape.ts";
import type { AttributeSpecs, Attributes, InferenceContext, InferredType } from "../operator.ts";
import { mayBeShape } from "../shape-values.ts";
import { DIRECTIONS, INPUT } from "./direction.ts";

/** Attributes that LSTM, GRU and RNN share. */
export const RECURRENT_ATTRIBUTES = {
  direction: { type: "string", default: "forward" },
  hidden_size: { type: "int" },
  layout: { type: "int", default: 0 },
  activations: { type: "strings", default: [] as readonly string[] },
  activation_alpha: { type: "floats", default: [] },
  activation_beta: { type: "floats", default: [] },
  clip: { type: "float" },
} as const satisfies AttributeSpecs;

export type RecurrentAttributes = typeof RECURRENT_ATTRIBUTES;

const PEEPHOLES = 7;

/** Whether each direction runs from the end. */
export function directionsOf({ direction }: Pick<Attributes<RecurrentAttributes>, "direction">): readonly boolean[] {
  return DIRECTIONS[direction] ?? [];
}

/**
 * Y `[T, directions, B, H]` and the final states `[directions, B, H]`.
 *
 * @param options.gates Blocks of H rows in W and R.
 * @param options.states 2 with a cell state.
 * @param options.activations Those that one direction may have, each list in the order of the operator; the first is the default.
 */
export function inferRecurrent(
  c: InferenceContext<RecurrentAttributes>,
  { gates, states, activations }: { gates: number; states: number; activations: readonly (readonly string[])[] },
): readonly InferredType[] {
  refuseVariants(c, activations);
  const directions = directionsOf(c.attributes).length;
  if (directions === 0) c.fail(`direction is one of ${Object.keys(DIRECTIONS).join(", ")}`, c.attributes.direction);
  const [x, w, r] = [INPUT.x, INPUT.w, INPUT.r].map(
    (input) => c.inputs[input] ?? c.fail("X, W and R are given", "fewer"),
  );
  const width = r!.shape[2];
  if (x!.shape.length !== 3 || typeof width !== "number" || typeof w!.shape[2] !== "number")
    c.fail(
      "X is [T, B, D], and the sizes of W and R are known",
      [x!, w!, r!].map(({ shape }) => showShape(shape)).join(", "),
    );
  const [T, B, D] = x!.shape as [Shape[number], Shape[number], Shape[number]];
  const rows = gates * Number(width);
  const state: Shape = [directions, B, Number(width)];
  const rules: readonly (readonly [string, number, Shape])[] = [
    ["W", INPUT.w, [directions, rows, D]],
    ["R", INPUT.r, [directions, rows, Number(width)]],
    ["B", INPUT.bias, [directions, 2 * rows]],
    ["sequence_lens", INPUT.lengths, [B]],
    ["initial_h", INPUT.h, state],
    ["initial_c", INPUT.c, state],
  ];
  for (const [name, input, shape] of rules) {
    const given = c.inputs[input];
    if (given !== undefined && !mayBeShape(given.shape, shape))
      c.fail(`${name} is ${showShape(shape)}`, showShape(given.shape));
  }
  const { hidden_size: declared = width } = c.attributes;
  if (declared !== width) c.fail(`hidden_size is that of R, ${width}`, String(declared));
  const y: InferredType = { dtype: x!.dtype, shape: [T, directions, B, Number(width)] };
  return [y, ...new Array<InferredType>(states).fill({ dtype: x!.dtype, shape: state })];
}

/** Forms that are not computed here, each by its name. */
function refuseVariants(c: InferenceContext<RecurrentAttributes>, allowed: readonly (readonly string[])[]): void {
  const { layout, clip, activations, activation_alpha, activation_beta } = c.attributes;
  if (layout !== 0) c.fail("layout is 0: time before batch", String(layout));
  if (clip !== undefined) c.fail("clip is left out", String(clip));
  if (c.inputs[PEEPHOLES] !== undefined) c.fail("peepholes, the input P, are left out", c.inputs[PEEPHOLES].name);
  const parameters = [...activation_alpha, ...activation_beta];
  if (parameters.length > 0) c.fail("activation_alpha and activation_beta are left out", `[${parameters}]`);
  const size = allowed[0]!.length;
  for (let at = 0; at < activations.length; at += size) {
    const one = activations.slice(at, at + size).join(", ");
    if (!allowed.some((known) => known.join(", ").toLowerCase() === one.toLowerCase()))
      c.fail(`activations are ${allowed.map((known) => known.join(", ")).join(" or ")}`, one);
  }
}
