import type { Node } from "../../graph/graph.ts";
import { decodeModel } from "../../onnx/decode.ts";
import { encodeModel } from "../../onnx/encode.ts";
import { findOperator, type OperatorName } from "../../ops/table.ts";
import { operatorName } from "../operator-name.ts";
import type { PlacedModel } from "../place-model.ts";
import type { CpuOperator } from "../runtime.ts";
import { webgpuFault } from "./faults.ts";
import { WEBGPU_KERNELS } from "./kernels.ts";
import { lacksKernel, lowerForWebgpu } from "./lower.ts";

/**
 * Writes the model with the operators that WebGPU has kernels for, as far as that goes, and names what is left to the CPU.
 *
 * Small arithmetic on shapes and other integers, which ONNX Runtime keeps on the CPU by itself, is not named.
 */
export function placeOnWebgpu(model: Uint8Array): PlacedModel {
  const decoded = decodeModel(model);
  const lowered = lowerForWebgpu(decoded);
  const graph = { ...lowered, nodes: lowered.nodes.map(named) };
  const left = new Map<string, CpuOperator>();
  const leave = (operator: string, reason: string) => {
    const key = `${operator} ${reason}`;
    left.set(key, { operator, reason, nodes: (left.get(key)?.nodes ?? 0) + 1 });
  };
  const cpuNodes: string[] = [];
  for (const node of graph.nodes) {
    const operator = operatorName(node);
    const fault = webgpuFault(operator, node, graph);
    const reason = fault ?? kernelGap(operator, node);
    if (reason === undefined) continue;
    leave(operator, reason);
    // What runs inside it would otherwise cross over at every turn.
    cpuNodes.push(...(fault === undefined ? [] : [node.name]), ...namesInside(node));
  }
  const onCpu = [...left.values()].sort((a, b) => (a.operator < b.operator ? -1 : 1));
  const isChanged = lowered !== decoded || decoded.nodes.some(({ name }) => name === "");
  return { model: isChanged ? encodeModel(graph) : model, cpuNodes, onCpu };
}

/** Why a node finds no kernel, if so. */
function kernelGap(operator: string, { opType, domain }: Node): string | undefined {
  if (lacksKernel(operator)) return "has no kernel";
  const coverage = findOperator(opType, domain) && WEBGPU_KERNELS[opType as OperatorName];
  if (coverage === undefined) return "was not tried there";
  return coverage === "none" ? "has no kernel" : undefined;
}

function namesInside({ attributes }: Node): string[] {
  return Object.values(attributes).flatMap((attribute) =>
    attribute.type === "graph" ? attribute.value.nodes.flatMap((node) => [node.name, ...namesInside(node)]) : [],
  );
}

/** ONNX Runtime is told by their names which nodes to leave to the CPU. */
function named(node: Node, index: number): Node {
  return node.name === "" ? { ...node, name: `node ${index}` } : node;
}
