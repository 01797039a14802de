import type { Graph, Node } from "../../graph/graph.ts";
import { MICROSOFT_DOMAIN } from "../../graph/graph.ts";

interface Fault {
  readonly isFaulty: (node: Node, graph: Graph) => boolean;
  /** What is wrong there; it follows the operator's name in messages. */
  readonly reason: string;
}

const INPUT = { mask: 4, steps: 4, weight: 1 } as const;
const gives = (node: Node, output: number) => (node.outputs[output] ?? "") !== "";

/**
 * Nodes that WebGPU takes and then fails at, or computes wrongly: ONNX Runtime 1.30 leaves them to the CPU only when told to. Those that other
 * operators stand in for are in `gpu-faults.ts`, and are here for where their types are not known.
 *
 * Found by running every operator's cases on SwiftShader, a Vulkan in software: `node docs/measure-webgpu-kernels.mjs`.
 */
const FAULTS: Readonly<Record<string, Fault | undefined>> = {
  BatchNormalization: {
    isFaulty: ({ attributes: { training_mode: mode } }) => mode?.type === "int" && mode.value === 1,
    reason: "fails in training mode",
  },
  Conv: { isFaulty: readsChannelsInThrees, reason: "is wrong for these channels" },
  Einsum: { isFaulty: () => true, reason: "is wrong where an axis is repeated" },
  MaxPool: { isFaulty: (node) => gives(node, 1), reason: "fails where places are asked for" },
  SimplifiedLayerNormalization: { isFaulty: (node) => gives(node, 1), reason: "has wrong statistics" },
  Slice: { isFaulty: leapsBackwards, reason: "is wrong for steps below −1" },
  [`${MICROSOFT_DOMAIN}.GroupQueryAttention`]: {
    isFaulty: ({ attributes }) => ["softcap", "smooth_softmax", "local_window_size"].some((name) => name in attributes),
    reason: "is wrong with a cap, a window or a smooth softmax",
  },
  [`${MICROSOFT_DOMAIN}.MultiHeadAttention`]: {
    isFaulty: (node) => (node.inputs[INPUT.mask] ?? "") !== "" || gives(node, 1) || gives(node, 2),
    reason: "fails with a mask of keys, and keeps no keys and values",
  },
};

/** Why a node must not run on WebGPU, if so. */
export function webgpuFault(operator: string, node: Node, graph: Graph): string | undefined {
  const fault = Object.hasOwn(FAULTS, operator) ? FAULTS[operator] : undefined;
  return fault?.isFaulty(node, graph) === true ? fault.reason : undefined;
}

/**
 * Channels that are multiples of 3 and not of 4, into multiples of 4, are read three at a time by a shader that is right for 3 alone. A
 * kernel of one place takes another shader.
 */
function readsChannelsInThrees(node: Node, graph: Graph): boolean {
  const weight = node.inputs[INPUT.weight]!;
  const shape = graph.initializers.get(weight)?.shape ?? graph.values.get(weight)?.shape;
  if (shape === undefined) return true;
  const [outputs, inputs, ...kernel] = shape;
  if (kernel.every((size) => size === 1)) return false;
  const isMultiple = (size: unknown, of: number) => typeof size !== "number" || size % of === 0;
  const isOdd = typeof inputs !== "number" || (inputs > 3 && inputs % 4 !== 0);
  return isMultiple(outputs, 4) && isMultiple(inputs, 3) && isOdd;
}

function leapsBackwards(node: Node, graph: Graph): boolean {
  const name = node.inputs[INPUT.steps] ?? "";
  if (name === "") return false;
  const steps = graph.initializers.get(name);
  return steps === undefined || Array.from(steps.data, Number).some((step) => step < -1);
}
