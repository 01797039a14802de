import { GraphBuilder } from "../../graph/builder.ts";
import type { Graph } from "../../graph/graph.ts";
import type { OperatorCase } from "../operator-case.ts";
import { constant } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const branches = { then_branch: constants([1, 2]), else_branch: constants([3, 4, 5]) };
const steps = (count: number) => constant(values("int64", [], [count]));
const onlyForward = { differentiableInputs: [] };

export const controlFlowCases = {
  If: [1, 0].map((condition) => ({
    name: condition === 1 ? "the first branch" : "the second branch, of another size",
    inputs: [values("bool", [], [condition])],
    attributes: branches,
  })),
  Loop: [
    {
      name: "a number of steps, each kept",
      inputs: [steps(3), constant(values("bool", [], [1])), uniform([2])],
      attributes: { body: doubling() },
      outputCount: 2,
      ...onlyForward,
    },
    {
      name: "as long as a condition holds",
      inputs: [steps(100), constant(values("bool", [], [1])), values("float32", [2], [1, 1])],
      attributes: { body: doubling() },
      outputCount: 2,
      ...onlyForward,
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;

function constants(data: readonly number[]): Graph {
  const b = new GraphBuilder({ name: "branch" });
  b.output(b.op("Identity", [b.constant("float32", [data.length], data)], {}, "chosen"));
  return b.build();
}

/** Doubles the state until its sum reaches 50. */
function doubling(): Graph {
  const b = new GraphBuilder({ name: "doubling" });
  b.input("step", "int64", []);
  b.input("condition", "bool", []);
  const state = b.input("state", "float32", [2]);
  const doubled = b.op("Add", [state, state]);
  b.output(b.op("Less", [b.op("ReduceSum", [doubled], { keepdims: 0 }), b.scalar(50)]));
  b.output(doubled);
  b.output(doubled, "kept");
  return b.build();
}
