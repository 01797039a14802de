import { ModelwrightError } from "@modelwright/contracts";
import type { Emitter } from "./emitter.ts";
import type { Node, Value } from "./graph.ts";

/**
 * Gives values the names of the outputs of the node whose place they take.
 *
 * @throws {ModelwrightError} `ENGINE_NOT_DIFFERENTIABLE` for an output that is named and that they do not give.
 */
export function renameOutputs(b: Emitter, node: Node, values: readonly (Value | undefined)[]): void {
  for (const [i, name] of node.outputs.entries()) {
    if (name === "") continue;
    const part = values[i];
    if (part === undefined) {
      throw new ModelwrightError("ENGINE_NOT_DIFFERENTIABLE", {
        node: node.name,
        opType: node.opType,
        reason: `its output ${i} is for inference`,
      });
    }
    b.addNode({ name, opType: "Identity", domain: "", inputs: [part.name], outputs: [name], attributes: {} });
  }
}
