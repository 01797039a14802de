import type { ExecutionProvider } from "./execution-provider.ts";
import type { PlacedModel } from "./placed-model.ts";
import { placeOnWebgpu } from "./webgpu/placement.ts";

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
