import { huggingFaceFolder } from "../hugging-face/hugging-face-folder.ts";
import { hasWeights } from "../hugging-face/weight-files.ts";
import type { PretrainedModel } from "../pretrained-model.ts";
import { type OnnxOptions, onnxFile } from "./onnx-file.ts";
import { findGraphFile } from "./onnx-place.ts";
import { refuseGraphOptions } from "./refuse-graph-options.ts";

/**
 * The encoder in a folder; weights in safetensors go before an ONNX file.
 *
 * @throws {ModelwrightError} `MODEL_HEAD_UNFIT`; otherwise as `huggingFaceFolder`.
 */
export async function encoderFolder(folder: string, name: string, options: OnnxOptions): Promise<PretrainedModel> {
  const place = (await hasWeights(folder)) ? undefined : await findGraphFile(folder);
  if (place !== undefined) return onnxFile(place, name, options);
  refuseGraphOptions(name, options);
  return huggingFaceFolder(folder, name);
}
