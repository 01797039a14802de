import type { Graph } from "../graph/graph.ts";
import { numericDType } from "../tensor/dtype.ts";
import { showShape } from "../tensor/shape.ts";
import {
  defineOperator,
  type InferenceContext,
  type InferredType,
  notDifferentiable,
  type Operator,
  type ReferenceContext,
  type ReferenceTensor,
} from "./operator.ts";
import { unknownDimension } from "./shape-values.ts";

const IF_ATTRIBUTES = { then_branch: { type: "graph" }, else_branch: { type: "graph" } } as const;
const LOOP_ATTRIBUTES = { body: { type: "graph" } } as const;
const withoutBackwardPass = notDifferentiable("no backward pass is known for the graph inside it");

/** Operators that run graphs of their own, which read the values around them. */
export const controlFlow = {
  /** The outputs of one of two graphs without inputs. */
  If: defineOperator({
    inputs: ["cond"],
    outputs: ["...outputs"],
    attributes: IF_ATTRIBUTES,
    infer: inferIf,
    gradient: withoutBackwardPass,
    reference: ([condition], { attributes, evaluateBody }) => {
      const branch = (condition!.data[0] === 0 ? attributes.else_branch : attributes.then_branch) as Graph;
      const values = evaluateBody(branch, {});
      return branch.outputs.map(({ name }) => values.get(name)!);
    },
  }),

  /**
   * Runs a graph at most as often as input 0 says and as long as the condition holds, input 1 at first; without either, for ever. The graph
   * reads the number of the step, the condition and the state; it gives the next condition, the next state, and a slice of each output that
   * grows along a new first axis.
   */
  Loop: defineOperator({
    inputs: ["M?", "cond?", "...v_initial?"],
    outputs: ["...v_final_and_scan_outputs"],
    attributes: LOOP_ATTRIBUTES,
    infer: inferLoop,
    gradient: withoutBackwardPass,
    reference: runLoop,
  }),
} satisfies Record<string, Operator>;

/** Sizes in which the branches differ are known only at the run. */
function inferIf(c: InferenceContext<typeof IF_ATTRIBUTES>): InferredType[] {
  const { then_branch, else_branch } = c.attributes;
  if (then_branch === undefined || else_branch === undefined) return c.fail("both branches are given", "one or none");
  return then_branch.outputs.map(({ dtype, shape }, i) => {
    const other = else_branch.outputs[i];
    if (other === undefined || other.dtype !== dtype || other.shape.length !== shape.length)
      return c.fail(
        `output ${i} of both branches is ${dtype} of rank ${shape.length}`,
        other === undefined ? "none" : `${other.dtype} ${showShape(other.shape)}`,
      );
    const at = (axis: number) => unknownDimension(`${c.where}.${i}.`, axis);
    return { dtype, shape: shape.map((size, axis) => (size === other.shape[axis] ? size : at(axis))) };
  });
}

function inferLoop(c: InferenceContext<typeof LOOP_ATTRIBUTES>): InferredType[] {
  const body = c.attributes.body ?? c.fail("a body is given", "none");
  const states = c.inputs.slice(2);
  if (c.inputs[0] === undefined && c.inputs[1] === undefined)
    c.fail("a trip count or a condition is given, without which a loop does not end", "neither");
  if (body.inputs.length !== c.inputs.length || body.outputs.length <= states.length)
    c.fail(
      `the body has ${c.inputs.length} inputs and at least ${states.length + 1} outputs`,
      `${body.inputs.length} and ${body.outputs.length}`,
    );
  const steps = unknownDimension(c.where, 0);
  return body.outputs.slice(1).map(({ dtype, shape }, i) => {
    const state = states[i];
    if (i >= states.length) return { dtype, shape: [steps, ...shape] };
    const at = (axis: number) => unknownDimension(`${c.where}.${i}.`, axis);
    return { dtype, shape: shape.map((size, axis) => (size === state?.shape[axis] ? size : at(axis))) };
  });
}

function runLoop(
  [limit, condition, ...inputs]: readonly (ReferenceTensor | undefined)[],
  { attributes, evaluateBody }: ReferenceContext<typeof LOOP_ATTRIBUTES>,
): readonly ReferenceTensor[] {
  const body = attributes.body as Graph;
  let state = inputs.map((input) => input!);
  let holds: ReferenceTensor = condition ?? { dtype: "bool", shape: [], data: Float64Array.of(1) };
  const steps: ReferenceTensor[][] = [];
  for (let step = 0; step < (limit?.data[0] ?? Number.POSITIVE_INFINITY) && holds.data[0] !== 0; step++) {
    const number: ReferenceTensor = { dtype: "int64", shape: [], data: Float64Array.of(step) };
    const feeds = Object.fromEntries([number, holds, ...state].map((value, i) => [body.inputs[i]!.name, value]));
    const values = evaluateBody(body, feeds);
    const [next, ...results] = body.outputs.map(({ name }) => values.get(name)!);
    holds = next!;
    state = results.slice(0, state.length);
    steps.push(results.slice(state.length));
  }
  const grown = body.outputs.slice(1 + state.length).map(({ dtype, shape }, i) => ({
    dtype: numericDType(dtype, "a body's output"),
    shape: [steps.length, ...(steps[0]?.[i]?.shape ?? shape.map(Number))],
    data: Float64Array.from(steps.flatMap((slices) => Array.from(slices[i]!.data))),
  }));
  return [...state, ...grown];
}
