import type { ExecutionProvider } from "./execution-provider.ts";
import type { CpuOperator } from "./runtime.ts";
import { placeOnWebgpu } from "./webgpu/placement.ts";

/** A model as an execution provider is given it. */
export interface PlacedModel {
  readonly model: Uint8Array;
  /** Names of the nodes that must run on the CPU although ONNX Runtime would give them to the provider. */
  readonly cpuNodes: readonly string[];
  readonly onCpu: readonly CpuOperator[];
}

const asItIs = (model: Uint8Array): PlacedModel => ({ model, cpuNodes: [], onCpu: [] });

/** CUDA has kernels for almost everything; what it leaves to the CPU is asked of the session, see `leftToCpu`. */
const PLACEMENTS: Readonly<Record<ExecutionProvider, (model: Uint8Array) => PlacedModel>> = {
  cpu: asItIs,
  cuda: asItIs,
  webgpu: placeOnWebgpu,
};

export function placeModel(model: Uint8Array, executionProvider: ExecutionProvider): PlacedModel {
  return PLACEMENTS[executionProvider](model);
}
