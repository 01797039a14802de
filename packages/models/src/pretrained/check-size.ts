import { ModelwrightError } from "@modelwright/contracts";
import type { Parameters } from "../parameters/parameter.ts";
import { countParameters } from "../parameters/parameter.ts";

/** Float32 values in the 2 GiB of a protocol buffer, less a MiB for the graph around them. */
const MOST = (2 ** 31 - 2 ** 20) / 4;

/**
 * Refuses a model that can be trained, but whose version could not be written as one ONNX file.
 *
 * @param file Where its weights are, for the message.
 * @throws {ModelwrightError} `MODEL_TOO_LARGE`.
 */
export function checkSize(parameters: Parameters, file: string): void {
  const count = countParameters(parameters);
  if (count > MOST) throw new ModelwrightError("MODEL_TOO_LARGE", { file, parameters: count, most: MOST });
}
