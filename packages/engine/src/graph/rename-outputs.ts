import type { Emitter } from "./emitter.ts";
import type { Node, Value } from "./graph.ts";

/** Gives values the names of the outputs of the node whose place they take. */
export function renameOutputs(b: Emitter, node: Node, values: readonly (Value | undefined)[]): void {
  for (const [i, name] of node.outputs.entries()) {
    if (name === "") continue;
    const part = values[i];
    if (part === undefined) throw new Error(`${node.opType}: what takes its place does not give output ${i}`);
    b.addNode({ name, opType: "Identity", domain: "", inputs: [part.name], outputs: [name], attributes: {} });
  }
}
