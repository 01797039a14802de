import { decodeModel } from "../../onnx/decode.ts";
import { encodeModel } from "../../onnx/encode.ts";
import type { ModelFolder } from "../../onnx/external-data.ts";
import { GPU_FAULTS } from "../gpu-faults.ts";
import { type Lowerings, lowerGraph, lowerSize } from "../lowering.ts";
import type { PlacedModel } from "../placed-model.ts";

/** Of texts, Size ends the process: its kernel copies their pointers to the GPU. */
const LOWERINGS: Lowerings = {
  ...GPU_FAULTS,
  Size: (node, { typeOf }) => (typeOf(node.inputs[0]!)?.dtype === "string" ? lowerSize(node) : undefined),
};

/** Writes the model without what CUDA fails at or computes wrongly. What it leaves to the CPU is asked of the session, see `leftToCpu`. */
export function placeOnCuda(model: Uint8Array, folder?: ModelFolder): PlacedModel {
  const decoded = decodeModel(model, { folder });
  const graph = lowerGraph(decoded, LOWERINGS);
  return { model: graph === decoded ? model : encodeModel(graph), cpuNodes: [], onCpu: [] };
}
