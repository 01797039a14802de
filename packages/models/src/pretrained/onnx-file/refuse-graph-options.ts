import { ModelwrightError } from "@modelwright/contracts";
import type { OnnxOptions } from "./onnx-file.ts";

/**
 * Refuses what is only said of ONNX files.
 *
 * @throws {ModelwrightError} `MODEL_HEAD_UNFIT`.
 */
export function refuseGraphOptions(name: string, options: OnnxOptions): void {
  for (const option of ["head", "tokenizer"] as const) {
    if (options[option] === undefined) continue;
    throw new ModelwrightError("MODEL_HEAD_UNFIT", {
      file: name,
      rule: `only a base that is an ONNX file takes model.${option}`,
      got: JSON.stringify(options[option]),
      instead: `Leave model.${option} out, or name the file: base: ./folder/onnx/model.onnx.`,
    });
  }
}
