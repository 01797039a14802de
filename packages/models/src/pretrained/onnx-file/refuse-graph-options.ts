import { ModelwrightError } from "@modelwright/contracts";
import type { OnnxOptions } from "./onnx-file.ts";

/**
 * Refuses what is only said of ONNX files.
 *
 * @param instead Default: name such a file.
 * @throws {ModelwrightError} `MODEL_HEAD_UNFIT`.
 */
export function refuseGraphOptions(
  name: string,
  options: OnnxOptions,
  instead = "Leave it out, or name the file: base: ./folder/onnx/model.onnx.",
): void {
  for (const option of ["head", "tokenizer"] as const) {
    if (options[option] === undefined) continue;
    throw new ModelwrightError("MODEL_HEAD_UNFIT", {
      file: name,
      rule: `only a base that is an ONNX file takes model.${option}`,
      got: JSON.stringify(options[option]),
      instead,
    });
  }
}
