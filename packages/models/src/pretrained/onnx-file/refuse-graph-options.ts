import { ModelwrightError } from "@modelwright/contracts";
import type { OnnxOptions } from "./onnx-file.ts";

/** What a recipe says of a base with an ONNX file, and what such a base is. */
export interface GraphOptions extends OnnxOptions {
  /** Path of the ONNX file inside the folder or the model of the hub: `onnx/model_fp16.onnx`. */
  readonly file?: string | undefined;
}

const TAKEN_BY: Readonly<Record<keyof GraphOptions, string>> = {
  file: "a folder or a model of the hub that has ONNX files",
  head: "a base that is an ONNX file",
  tokenizer: "a base that is an ONNX file",
};

/**
 * Refuses what is only said of ONNX files.
 *
 * @param instead Default: name such a file.
 * @throws {ModelwrightError} `MODEL_HEAD_UNFIT`.
 */
export function refuseGraphOptions(
  name: string,
  options: GraphOptions,
  instead = "Leave it out, or name the file: base: ./folder/onnx/model.onnx.",
): void {
  for (const option of Object.keys(TAKEN_BY) as (keyof GraphOptions)[]) {
    if (options[option] === undefined) continue;
    throw new ModelwrightError("MODEL_HEAD_UNFIT", {
      file: name,
      rule: `only ${TAKEN_BY[option]} takes model.${option}`,
      got: JSON.stringify(options[option]),
      instead,
    });
  }
}
