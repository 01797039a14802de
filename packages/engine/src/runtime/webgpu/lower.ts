import { type Attribute, type Graph, MICROSOFT_DOMAIN, type Node, type Value } from "../../graph/graph.ts";
import { type Tensor, tensorFrom } from "../../tensor/tensor.ts";
import { operatorName } from "../operator-name.ts";

/** Nodes in the place of one, and the constants that they read. */
interface Lowered {
  readonly nodes: readonly Node[];
  readonly initializers?: ReadonlyMap<string, Tensor>;
}

type Typing = (value: string) => Pick<Value, "dtype" | "shape"> | undefined;
type Lowering = (node: Node, typeOf: Typing, opset: number) => Lowered | undefined;

/** What does the work of operators that WebGPU has no kernel for and that gradients are full of. */
const LOWERINGS: Readonly<Record<string, Lowering | undefined>> = {
  [`${MICROSOFT_DOMAIN}.FusedMatMul`]: lowerFusedMatMul,
  LogSoftmax: lowerLogSoftmax,
  Size: lowerSize,
};

/** Whether an operator that is still there has no kernel: one that could be written otherwise was. */
export function lacksKernel(operator: string): boolean {
  return Object.hasOwn(LOWERINGS, operator);
}

/**
 * Writes operators without a WebGPU kernel as others that have one, where the types of their operands are known. Names of values stay.
 * A graph without such operators is returned as it is.
 */
export function lowerForWebgpu(graph: Graph): Graph {
  const typeOf = (value: string) => graph.initializers.get(value) ?? graph.values.get(value);
  const opset = graph.opsets[""] ?? 0;
  const initializers = new Map(graph.initializers);
  let isChanged = false;
  const nodes = graph.nodes.flatMap((node) => {
    const operator = operatorName(node);
    const lowered = lacksKernel(operator) ? LOWERINGS[operator]?.(node, typeOf, opset) : undefined;
    if (lowered === undefined) return [node];
    isChanged = true;
    for (const [name, tensor] of lowered.initializers ?? []) initializers.set(name, tensor);
    return lowered.nodes;
  });
  return isChanged ? Object.freeze({ ...graph, nodes, initializers }) : graph;
}

/** A · B of transposed operands, times alpha. */
function lowerFusedMatMul(node: Node, typeOf: Typing): Lowered | undefined {
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
function lowerLogSoftmax({ attributes, name, inputs, outputs }: Node, _: Typing, opset: number): Lowered | undefined {
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

/** The product of the shape, which needs no values on the CPU. */
function lowerSize({ name, inputs, outputs }: Node): Lowered {
  const shape = `${name}.shape`;
  const keepdims: Record<string, Attribute> = { keepdims: { type: "int", value: 0 } };
  return { nodes: [step("Shape", [inputs[0]!], shape), step("ReduceProd", [shape], outputs[0]!, keepdims)] };
}

/** A node named by its output. */
function step(
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): Node {
  return { name: output, opType, domain: "", inputs, outputs: [output], attributes };
}
