import { huggingFaceFolder } from "../hugging-face/hugging-face-folder.ts";
import { hasWeights } from "../hugging-face/weight-files.ts";
import type { PretrainedModel } from "../pretrained-model.ts";
import { onnxFile } from "./onnx-file.ts";
import { findGraphFile, graphIn } from "./onnx-place.ts";
import { type GraphOptions, refuseGraphOptions } from "./refuse-graph-options.ts";

/**
 * The encoder in a folder, in the ONNX file that is named; by default weights in safetensors go before an ONNX file.
 *
 * @throws {ModelwrightError} `MODEL_HEAD_UNFIT`; `MODEL_FOLDER_INCOMPLETE` without the file that is named; otherwise as `huggingFaceFolder`.
 */
export async function encoderFolder(
  folder: string,
  name: string,
  { file, ...options }: GraphOptions,
): Promise<PretrainedModel> {
  if (file !== undefined) return onnxFile(await graphIn(folder, file), name, options);
  const place = (await hasWeights(folder)) ? undefined : await findGraphFile(folder);
  if (place !== undefined) return onnxFile(place, name, options);
  refuseGraphOptions(name, options);
  return huggingFaceFolder(folder, name);
}
