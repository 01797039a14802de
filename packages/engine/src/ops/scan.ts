import type { Graph } from "../graph/graph.ts";
import { elementCount } from "../tensor/tensor.ts";
import {
  type AttributeSpecs,
  defineOperator,
  type InferenceContext,
  type InferredType,
  notDifferentiable,
  type Operator,
  type ReferenceContext,
  type ReferenceTensor,
} from "./operator.ts";
import { mayEqual } from "./shape-values.ts";

const SCAN_ATTRIBUTES = {
  body: { type: "graph" },
  num_scan_inputs: { type: "int", default: 0 },
  scan_input_axes: { type: "ints", default: [] },
  scan_input_directions: { type: "ints", default: [] },
  scan_output_axes: { type: "ints", default: [] },
  scan_output_directions: { type: "ints", default: [] },
} as const satisfies AttributeSpecs;

/**
 * A loop over axis 0 of its last `num_scan_inputs` inputs. The body reads the state, which begins as the first inputs, and one slice of each
 * sequence; it gives the next state and one slice of each sequence that comes out. A direction of 1 goes from the end to the start.
 */
export const scan = {
  Scan: defineOperator({
    inputs: ["...initial_state_and_scan_inputs"],
    outputs: ["...final_state_and_scan_outputs"],
    attributes: SCAN_ATTRIBUTES,
    infer: inferScan,
    gradient: notDifferentiable("no backward pass is known for the graph inside it"),
    reference: (inputs, context) =>
      runScan(
        inputs.map((input) => input!),
        context,
      ),
  }),
} satisfies Record<string, Operator>;

function inferScan(c: InferenceContext<typeof SCAN_ATTRIBUTES>): readonly InferredType[] {
  const body = c.attributes.body ?? c.fail("a body is given", "none");
  const { num_scan_inputs: count, scan_input_axes, scan_output_axes } = c.attributes;
  if ([...scan_input_axes, ...scan_output_axes].some((axis) => axis !== 0))
    c.fail("sequences run along axis 0", `axes [${[...scan_input_axes, ...scan_output_axes]}]`);
  if (body.inputs.length !== c.inputs.length || count < 1 || count > c.inputs.length)
    c.fail(
      `the body reads ${c.inputs.length} inputs, at least one a sequence`,
      `${body.inputs.length}, ${count} of them`,
    );
  const states = c.inputs.length - count;
  const lengths = c.inputs.slice(states).map((sequence) => sequence!.shape[0]!);
  if (lengths.some((length) => !mayEqual(length, lengths[0]))) c.fail("sequences are equally long", `[${lengths}]`);
  const length = lengths.find((size) => typeof size === "number") ?? lengths[0]!;
  return body.outputs.map(({ dtype, shape }, i) => ({ dtype, shape: i < states ? shape : [length, ...shape] }));
}

function runScan(
  inputs: readonly ReferenceTensor[],
  { attributes, evaluateBody }: ReferenceContext<typeof SCAN_ATTRIBUTES>,
): readonly ReferenceTensor[] {
  const { num_scan_inputs: count, scan_input_directions, scan_output_directions } = attributes;
  const body = attributes.body as Graph;
  const sequences = inputs.slice(inputs.length - count);
  const length = sequences[0]!.shape[0]!;
  let state = inputs.slice(0, inputs.length - count);
  const steps: ReferenceTensor[][] = [];
  for (let step = 0; step < length; step++) {
    const slices = sequences.map((sequence, i) =>
      sliceAt(sequence, scan_input_directions[i] === 1 ? length - 1 - step : step),
    );
    const feeds = Object.fromEntries([...state, ...slices].map((value, i) => [body.inputs[i]!.name, value]));
    const values = evaluateBody(body, feeds);
    const results = body.outputs.map(({ name }) => values.get(name)!);
    state = results.slice(0, state.length);
    steps.push(results.slice(state.length));
  }
  const stacked = body.outputs.slice(state.length).map((_, i) => {
    const slices = steps.map((step) => step[i]!);
    return stack(scan_output_directions[i] === 1 ? slices.reverse() : slices);
  });
  return [...state, ...stacked];
}

function sliceAt({ dtype, shape, data }: ReferenceTensor, at: number): ReferenceTensor {
  const size = elementCount(shape.slice(1));
  return { dtype, shape: shape.slice(1), data: data.slice(at * size, (at + 1) * size) };
}

function stack(slices: readonly ReferenceTensor[]): ReferenceTensor {
  const [first] = slices;
  const size = first!.data.length;
  const data = new Float64Array(slices.length * size);
  for (const [i, slice] of slices.entries()) data.set(slice.data, i * size);
  return { dtype: first!.dtype, shape: [slices.length, ...first!.shape], data };
}
