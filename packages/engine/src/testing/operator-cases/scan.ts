import { GraphBuilder } from "../../graph/builder.ts";
import type { Graph } from "../../graph/graph.ts";
import type { OperatorCase } from "../operator-case.ts";
import { uniform } from "../random-tensors.ts";

export const scanCases = {
  Scan: [
    {
      name: "a running sum",
      inputs: [uniform([3]), uniform([4, 3])],
      attributes: { body: runningSum(), num_scan_inputs: 1 },
      outputCount: 2,
    },
    {
      name: "from the end, written from the end",
      inputs: [uniform([3]), uniform([4, 3])],
      attributes: {
        body: runningSum(),
        num_scan_inputs: 1,
        scan_input_directions: [1],
        scan_output_directions: [1],
      },
      outputCount: 2,
    },
    {
      name: "two sequences in opposite directions, no state",
      inputs: [uniform([4, 3]), uniform([4, 3], { seed: 2 })],
      attributes: { body: product(), num_scan_inputs: 2, scan_input_directions: [0, 1] },
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;

/** state + slice, which is the next state and what comes out. */
function runningSum(): Graph {
  const b = new GraphBuilder({ name: "running_sum" });
  const sum = b.op("Add", [b.input("state", "float32", [3]), b.input("slice", "float32", [3])]);
  b.output(sum);
  b.output(sum, "written");
  return b.build();
}

function product(): Graph {
  const b = new GraphBuilder({ name: "product" });
  b.output(b.op("Mul", [b.input("left", "float32", [3]), b.input("right", "float32", [3])]), "written");
  return b.build();
}
