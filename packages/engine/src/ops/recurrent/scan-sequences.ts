import type { Emitter } from "../../graph/emitter.ts";
import type { Value } from "../../graph/graph.ts";

/** The final states, and what the steps emitted, each over time `[T, …]`. */
export interface Scanned {
  readonly states: readonly Value[];
  readonly sequences: readonly Value[];
}

/**
 * A loop over axis 0 of some sequences, as one Scan.
 *
 * @param options.reverse From the end; what comes out stands at the time it belongs to.
 * @param options.step Builds one step from the states and a slice of each sequence; it may read values around the loop.
 */
export function scanSequences(
  b: Emitter,
  options: {
    readonly name: string;
    readonly states: readonly Value[];
    readonly sequences: readonly Value[];
    readonly reverse: boolean;
    readonly step: (
      body: Emitter,
      states: readonly Value[],
      slices: readonly Value[],
    ) => { readonly states: readonly Value[]; readonly emitted: readonly Value[] };
  },
): Scanned {
  const { name, states, sequences, reverse, step } = options;
  const body = b.inner(name);
  const input = (part: string) => (value: Value, i: number) =>
    body.input(body.scoped(`${part}${i}`), value.dtype, value.shape);
  const stateInputs = states.map(input("state"));
  const slices = sequences.map(({ shape, ...rest }) => ({ ...rest, shape: shape.slice(1) })).map(input("slice"));
  const next = step(body, stateInputs, slices);
  for (const state of next.states) body.output(state);
  // A graph's outputs are distinct values, and ONNX Runtime allocates none that an input passes through: those go out as copies.
  const taken = [...next.states, ...stateInputs, ...slices];
  for (const [i, value] of next.emitted.entries())
    body.output(value, taken.includes(value) ? body.scoped(`emitted${i}`) : undefined);
  const directions = (count: number) => (reverse ? new Array<number>(count).fill(1) : undefined);
  const results = b.multi("Scan", [...states, ...sequences], next.states.length + next.emitted.length, {
    body: body.build(),
    num_scan_inputs: sequences.length,
    scan_input_directions: directions(sequences.length),
    scan_output_directions: directions(next.emitted.length),
  });
  return { states: results.slice(0, states.length), sequences: results.slice(states.length) };
}
