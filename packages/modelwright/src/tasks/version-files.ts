import type { TensorSignature } from "@modelwright/contracts";
import type { BuiltModel } from "@modelwright/models";

/** JSON as it lies in a version's folder. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Inputs and outputs of a graph as a manifest names them; what is free is −1. */
export function tensorsOf({ graph }: BuiltModel): { inputs: TensorSignature[]; outputs: TensorSignature[] } {
  const describe = ({ name, dtype, shape }: (typeof graph.inputs)[number]): TensorSignature => ({
    name,
    dtype,
    shape: shape.map((size) => (typeof size === "number" ? size : -1)),
  });
  return { inputs: graph.inputs.map(describe), outputs: graph.outputs.map(describe) };
}
