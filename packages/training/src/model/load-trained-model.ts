import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { defaultRuntime } from "@modelwright/engine";
import { givenParameters, readSafetensors } from "@modelwright/models";
import { type DefinitionOf, type Outputs, ReadyModel, readyParts } from "./ready-model.ts";

/**
 * The model that `save` wrote, from its definition: to predict, to judge it, or to go on training from its `weights`.
 *
 * @param directory With `model.safetensors`.
 * @param options.threads Of ONNX Runtime. Default: the machine's cores.
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` when the file is not there, is damaged, or is not of this definition.
 *
 * @example
 * const model = await loadTrainedModel(digits, "digits");
 * const { logits } = await model.predict({ pictures });
 */
export async function loadTrainedModel<Out extends Outputs>(
  definition: DefinitionOf<Out>,
  directory: string,
  { threads = availableParallelism() }: { readonly threads?: number } = {},
): Promise<ReadyModel<Out>> {
  const file = join(directory, "model.safetensors");
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new ModelwrightError("MODEL_WEIGHTS_INVALID", { file, problem: "it cannot be read" }, { cause: error });
  });
  const source = givenParameters(readSafetensors(bytes, file).tensors, file);
  return new ReadyModel(await readyParts(definition, { source, runtime: await defaultRuntime(), threads }));
}
