import type { TensorSignature } from "@modelwright/contracts";
import type { BuiltModel } from "@modelwright/models";

/** A file of a version: its content, or what makes it in parts while it is written, so that no two large ones lie in memory at once. */
export type VersionFile = string | Uint8Array | (() => readonly Uint8Array[]);
export type VersionFiles = Readonly<Record<string, VersionFile>>;

/** The whole content of a file. */
export function contentOf(file: VersionFile): string | Uint8Array {
  return typeof file === "function" ? Buffer.concat(file()) : file;
}

/** The whole contents of files, by path. */
export function contentsOf(files: VersionFiles): Record<string, string | Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [path, contentOf(file)]));
}

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
