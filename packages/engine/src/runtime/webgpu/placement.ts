import type { Graph, Node } from "../../graph/graph.ts";
import { decodeModel } from "../../onnx/decode.ts";
import { encodeModel } from "../../onnx/encode.ts";
import type { ModelFolder } from "../../onnx/external-data.ts";
import { findOperator, type OperatorName } from "../../ops/table.ts";
import { operatorName } from "../operator-name.ts";
import type { PlacedModel } from "../placed-model.ts";
import { type CpuOperator, mergeCpuOperators } from "../runtime.ts";
import { webgpuFault } from "./faults.ts";
import { WEBGPU_KERNELS } from "./kernels.ts";
import { lacksKernel, lowerForWebgpu } from "./lower.ts";

/**
 * Writes the model with the operators that WebGPU has kernels for, as far as that goes, and names what is left to the CPU.
 *
 * Small arithmetic on shapes and other integers, which ONNX Runtime keeps on the CPU by itself, is not named.
 */
export function placeOnWebgpu(model: Uint8Array, folder?: ModelFolder): PlacedModel {
  const decoded = decodeModel(model, { folder });
  const graph = lowerForWebgpu(decoded);
  const left = nodesLeft(graph);
  const cpuNodes = left.flatMap(({ kept }) => kept);
  return {
    // ONNX Runtime is told by their names which nodes to keep on the CPU, and decoding named those without.
    model: graph !== decoded || cpuNodes.length > 0 ? encodeModel(graph) : model,
    cpuNodes,
    onCpu: mergeCpuOperators(left.map(({ operator, reason }) => ({ operator, reason, nodes: 1 }))),
  };
}

interface LeftNode extends Omit<CpuOperator, "nodes"> {
  /** Names of the nodes that must be kept on the CPU for it. */
  readonly kept: readonly string[];
}

/** The nodes of a graph, and of the graphs inside those that run on WebGPU, that do not run there. */
function nodesLeft(graph: Graph): LeftNode[] {
  return graph.nodes.flatMap((node) => {
    const operator = operatorName(node);
    const fault = webgpuFault(operator, node, graph);
    const reason = fault ?? kernelGap(operator, node) ?? textGap(node, graph);
    const inside = graphsInside(node);
    if (reason === undefined) return inside.flatMap((inner) => nodesLeft(within(graph, inner)));
    // What runs inside it would otherwise cross over at every turn.
    return [{ operator, reason, kept: [...(fault === undefined ? [] : [node.name]), ...inside.flatMap(namesIn)] }];
  });
}

/** Why a node finds no kernel, if so. */
function kernelGap(operator: string, { opType, domain }: Node): string | undefined {
  if (lacksKernel(operator)) return "has no kernel";
  const coverage = findOperator(opType, domain) && WEBGPU_KERNELS[opType as OperatorName];
  if (coverage === undefined) return "was not tried there";
  return coverage === "none" ? "has no kernel" : undefined;
}

/** Sizes are read on the CPU by whatever kind of tensor they are of. */
const SIZES: ReadonlySet<string> = new Set(["Shape", "Size"]);

function textGap({ opType, inputs, outputs }: Node, { values, initializers }: Graph): string | undefined {
  const isText = (name: string) => (initializers.get(name) ?? values.get(name))?.dtype === "string";
  return !SIZES.has(opType) && [...inputs, ...outputs].some(isText) ? "has no kernel for texts" : undefined;
}

function graphsInside({ attributes }: Node): Graph[] {
  return Object.values(attributes).flatMap((attribute) => (attribute.type === "graph" ? [attribute.value] : []));
}

function namesIn({ nodes }: Graph): string[] {
  return nodes.flatMap((node) => [node.name, ...graphsInside(node).flatMap(namesIn)]);
}

/** A graph inside a node with the constants and types around it, which its nodes may read. */
function within(outer: Graph, inner: Graph): Graph {
  return {
    ...inner,
    initializers: new Map([...outer.initializers, ...inner.initializers]),
    values: new Map([...outer.values, ...inner.values]),
  };
}
