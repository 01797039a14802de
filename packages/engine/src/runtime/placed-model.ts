import type { CpuOperator } from "./runtime.ts";

/** A model as an execution provider is given it. */
export interface PlacedModel {
  readonly model: Uint8Array;
  /** Names of the nodes that must run on the CPU although ONNX Runtime would give them to the provider. */
  readonly cpuNodes: readonly string[];
  readonly onCpu: readonly CpuOperator[];
}
