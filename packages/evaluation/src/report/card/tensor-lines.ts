import type { TensorSignature } from "@modelwright/contracts";
import { codeSpan } from "./markdown.ts";

/** The signature of the graph as two lines of a list. */
export function tensorLines(tensors: {
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
}): string {
  const describe = ({ name, dtype, shape }: TensorSignature) =>
    `${codeSpan(name)}: ${dtype} [${shape.map((size, axis) => (size === -1 ? (["batch", "sequence"][axis] ?? "free") : size)).join(", ")}]`;
  return `- Inputs: ${tensors.inputs.map(describe).join("; ")}
- Outputs: ${tensors.outputs.map(describe).join("; ")}`;
}
