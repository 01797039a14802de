import { ModelwrightError } from "@modelwright/contracts";
import type { Value } from "../graph/graph.ts";

/** Stops differentiation at one use of an operator whose other uses have a gradient. */
export function refuseGradient(output: Value, opType: string, reason: string): never {
  throw new ModelwrightError("ENGINE_NOT_DIFFERENTIABLE", { node: output.name, opType, reason });
}
