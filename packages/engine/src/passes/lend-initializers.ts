import type { Graph, Value } from "../graph/graph.ts";
import { isNumeric, type Tensor } from "../tensor/tensor.ts";

/** Below this a tensor is worth more as a constant, which a runtime can compute with in advance, than its memory is. */
const LEAST_BYTES = 2 ** 16;

/** A graph and the tensors that it is handed at each run. */
export interface LentGraph {
  readonly graph: Graph;
  /** By the names of their inputs: the very tensors, no copies. */
  readonly lent: Readonly<Record<string, Tensor>>;
}

/**
 * Makes inputs of a graph's large float tensors. Bound to a session they are read where they lie, while a session copies its initializers,
 * and keeps another copy of those that it arranges for its matrix products, forwards and backwards.
 */
export function lendInitializers(graph: Graph): LentGraph {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const lent: Record<string, Tensor> = {};
  const inputs: Value[] = [...graph.inputs];
  const initializers = new Map(graph.initializers);
  for (const [name, tensor] of graph.initializers) {
    const isLarge = isNumeric(tensor) && tensor.dtype === "float32" && tensor.data.byteLength >= LEAST_BYTES;
    if (!isLarge || outputs.has(name)) continue;
    lent[name] = tensor;
    inputs.push({ name, dtype: tensor.dtype, shape: tensor.shape });
    initializers.delete(name);
  }
  return { graph: { ...graph, inputs, initializers }, lent };
}
