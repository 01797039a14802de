import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { chooseProvider, defaultRuntime, type ExecutionProviderChoice } from "@modelwright/engine";
import { givenParameters, readSafetensors } from "@modelwright/models";
import { type DefinitionOf, type Outputs, ReadyModel, readyParts } from "./ready-model.ts";

/**
 * The model that `save` wrote, from its definition: to predict, to judge it, or to go on training from its `weights`.
 *
 * @param directory With `model.safetensors`.
 * @param options.threads Of ONNX Runtime. Default: the machine's cores.
 * @param options.executionProvider Where the model runs. Default "cpu".
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` when the file is not there, is damaged, or is not of this definition;
 * `ENGINE_PROVIDER_UNAVAILABLE`.
 *
 * @example
 * const model = await loadTrainedModel(digits, "digits");
 * const { logits } = await model.predict({ pictures });
 */
export async function loadTrainedModel<Out extends Outputs>(
  definition: DefinitionOf<Out>,
  directory: string,
  options: { readonly threads?: number; readonly executionProvider?: ExecutionProviderChoice } = {},
): Promise<ReadyModel<Out>> {
  const file = join(directory, "model.safetensors");
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new ModelwrightError("MODEL_WEIGHTS_INVALID", { file, problem: "it cannot be read" }, { cause: error });
  });
  const source = givenParameters(readSafetensors(bytes, file).tensors, file);
  const { threads = availableParallelism(), executionProvider = "cpu" } = options;
  const runtime = await defaultRuntime();
  const provider = await chooseProvider(runtime, executionProvider);
  return new ReadyModel(await readyParts(definition, { source, runtime, threads, executionProvider: provider.name }));
}
