import { type Attribute, type Graph, MICROSOFT_DOMAIN, type Node } from "../../graph/graph.ts";
import { tensorFrom } from "../../tensor/tensor.ts";
import { GPU_FAULTS } from "../gpu-faults.ts";
import { type Lowered, type LoweringContext, type Lowerings, lowerGraph, lowerSize, step } from "../lowering.ts";

/** What does the work of operators that WebGPU has no kernel for and that gradients are full of. */
const LOWERINGS: Lowerings = {
  [`${MICROSOFT_DOMAIN}.FusedMatMul`]: lowerFusedMatMul,
  LogSoftmax: lowerLogSoftmax,
  Size: lowerSize,
};

/** Whether an operator that is still there has no kernel: one that could be written otherwise was. */
export function lacksKernel(operator: string): boolean {
  return Object.hasOwn(LOWERINGS, operator);
}

/**
 * Writes operators without a WebGPU kernel, and what its kernels do wrong, as others, where the types of their operands are known. Names of
 * values stay. A graph without such operators is returned as it is.
 */
export function lowerForWebgpu(graph: Graph): Graph {
  return lowerGraph(graph, { ...GPU_FAULTS, ...LOWERINGS });
}

/** A · B of transposed operands, times alpha. */
function lowerFusedMatMul(node: Node, { typeOf }: LoweringContext): Lowered | undefined {
  const { attributes, name, outputs } = node;
  const flag = (attribute: string) => attributes[attribute]?.type === "int" && attributes[attribute].value === 1;
  if (flag("transBatchA") || flag("transBatchB")) return undefined;
  const nodes: Node[] = [];
  const operands: string[] = [];
  for (const [index, transposed] of [flag("transA"), flag("transB")].entries()) {
    const operand = node.inputs[index]!;
    const type = typeOf(operand);
    if (type?.dtype !== "float32") return undefined;
    const rank = type.shape.length;
    if (!transposed || rank < 2) {
      operands.push(operand);
      continue;
    }
    const axes = Array.from({ length: rank }, (_, axis) => axis);
    const perm = [...axes.slice(0, -2), rank - 1, rank - 2];
    const turned = `${name}.transposed${index}`;
    nodes.push(step("Transpose", [operand], turned, { perm: { type: "ints", value: perm } }));
    operands.push(turned);
  }
  const { alpha } = attributes;
  const factor = alpha?.type === "float" ? alpha.value : 1;
  if (factor === 1) return { nodes: [...nodes, step("MatMul", operands, outputs[0]!)] };
  const product = `${name}.product`;
  const scale = `${name}.alpha`;
  return {
    nodes: [...nodes, step("MatMul", operands, product), step("Mul", [product, scale], outputs[0]!)],
    initializers: new Map([[scale, tensorFrom("float32", [], [factor])]]),
  };
}

/** The first opset whose ReduceMax takes axes as an input. */
const AXES_AS_INPUT = 18;

/** s − log Σ exp s with s = x − max x. */
function lowerLogSoftmax({ attributes, name, inputs, outputs }: Node, { opset }: LoweringContext): Lowered | undefined {
  if (opset < AXES_AS_INPUT) return undefined;
  const axis = attributes.axis?.type === "int" ? attributes.axis.value : -1;
  const axes = `${name}.axes`;
  const at = (part: string) => `${name}.${part}`;
  const keepdims: Record<string, Attribute> = { keepdims: { type: "int", value: 1 } };
  return {
    nodes: [
      step("ReduceMax", [inputs[0]!, axes], at("greatest"), keepdims),
      step("Sub", [inputs[0]!, at("greatest")], at("shifted")),
      step("Exp", [at("shifted")], at("exponentials")),
      step("ReduceSum", [at("exponentials"), axes], at("sum"), keepdims),
      step("Log", [at("sum")], at("logarithm")),
      step("Sub", [at("shifted"), at("logarithm")], outputs[0]!),
    ],
    initializers: new Map([[axes, tensorFrom("int64", [1], [axis])]]),
  };
}
