import type { Attribute, Graph, Node, Value } from "../graph/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { operatorName } from "./operator-name.ts";

/** Nodes in the place of one, and the constants that they read. */
export interface Lowered {
  readonly nodes: readonly Node[];
  readonly initializers?: ReadonlyMap<string, Tensor>;
}

/** What a lowering may ask of the graph around its node. */
export interface LoweringContext {
  /** Dtype and shape of a value; undefined where nothing is known of it. */
  typeOf(value: string): Pick<Value, "dtype" | "shape"> | undefined;
  /** A value that does not depend on what the graph is fed. */
  constantOf(value: string): Tensor | undefined;
  /** Of the default domain. */
  readonly opset: number;
}

/** Writes a node as others of the same values; undefined leaves it as it is. */
export type Lowering = (node: Node, context: LoweringContext) => Lowered | undefined;

/** Lowerings by operator. */
export type Lowerings = Readonly<Record<string, Lowering | undefined>>;

/** Writes nodes as others, each by the lowering of its operator. Names of values stay; a graph in which nothing is lowered is returned as it is. */
export function lowerGraph(graph: Graph, lowerings: Lowerings): Graph {
  const context: LoweringContext = {
    typeOf: (value) => graph.initializers.get(value) ?? graph.values.get(value),
    constantOf: (value) => graph.initializers.get(value) as Tensor | undefined,
    opset: graph.opsets[""] ?? 0,
  };
  const initializers = new Map(graph.initializers);
  let isChanged = false;
  const nodes = graph.nodes.flatMap((node) => {
    const operator = operatorName(node);
    const lowered = Object.hasOwn(lowerings, operator) ? lowerings[operator]?.(node, context) : undefined;
    if (lowered === undefined) return [node];
    isChanged = true;
    for (const [name, tensor] of lowered.initializers ?? []) initializers.set(name, tensor);
    return lowered.nodes;
  });
  return isChanged ? Object.freeze({ ...graph, nodes, initializers }) : graph;
}

/** A node named by its output. */
export function step(
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): Node {
  return { name: output, opType, domain: "", inputs, outputs: [output], attributes };
}

/** The product of the shape, which needs no values on the CPU. */
export function lowerSize({ name, inputs, outputs }: Node): Lowered {
  const shape = `${name}.shape`;
  const keepdims: Record<string, Attribute> = { keepdims: { type: "int", value: 0 } };
  return { nodes: [step("Shape", [inputs[0]!], shape), step("ReduceProd", [shape], outputs[0]!, keepdims)] };
}
