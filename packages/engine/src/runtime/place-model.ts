import type { ModelFolder } from "../onnx/external-data.ts";
import { placeOnCuda } from "./cuda/placement.ts";
import type { ExecutionProvider } from "./execution-provider.ts";
import { modelFolder } from "./model-folder.ts";
import type { PlacedModel } from "./placed-model.ts";
import type { SessionOptions } from "./runtime.ts";
import { placeOnWebgpu } from "./webgpu/placement.ts";

const asItIs = (model: Uint8Array): PlacedModel => ({ model, cpuNodes: [], onCpu: [] });

const PLACEMENTS: Readonly<
  Record<ExecutionProvider, (model: Uint8Array, folder: ModelFolder | undefined) => PlacedModel>
> = {
  cpu: asItIs,
  cuda: placeOnCuda,
  webgpu: placeOnWebgpu,
};

/** A model with external data is decoded, where that is needed, with that of its folder. */
export function placeModel(model: Uint8Array, options: SessionOptions): PlacedModel {
  const { executionProvider = "cpu", file, dataFolder } = options;
  const folder = file === undefined || dataFolder === undefined ? undefined : modelFolder(file);
  return PLACEMENTS[executionProvider](model, folder);
}
