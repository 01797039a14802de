import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { choices, ModelwrightError } from "@modelwright/contracts";
import { chooseProvider, defaultRuntime, type ExecutionProviderChoice } from "@modelwright/engine";
import { buildLoss, givenParameters, INFERENCE, readSafetensors } from "@modelwright/models";
import type { DefinitionOf, Outputs } from "./outputs.ts";
import { ReadyModel } from "./ready-model.ts";

/**
 * The model that `save` wrote, from its definition: to predict, to evaluate it, or to go on training from its `weights`.
 *
 * @param directory With `model.safetensors`.
 * @param options.threads Of ONNX Runtime. Default: the machine's cores.
 * @param options.executionProvider Where the model runs. Default "cpu".
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` when the file is not there, is damaged, or holds other tensors than this definition;
 * `ENGINE_PROVIDER_UNAVAILABLE`.
 *
 * @example
 * const model = await loadTrainedModel(digits, "digits");
 * const { logits } = await model.predict({ images });
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
  const { tensors } = readSafetensors(bytes, file);
  const source = givenParameters(tensors, file);
  // The loss may have weights of its own, beside all of those that predict.
  const loss = buildLoss(definition, { source, build: INFERENCE });
  const surplus = [...tensors.keys()].filter((name) => !loss.parameters.has(name) && !loss.buffers.has(name));
  if (surplus.length > 0) {
    throw new ModelwrightError("MODEL_WEIGHTS_INVALID", {
      file,
      problem: `the architecture knows no ${choices(surplus)}`,
    });
  }
  const { threads = availableParallelism(), executionProvider = "cpu" } = options;
  const runtime = await defaultRuntime();
  const provider = await chooseProvider(runtime, executionProvider);
  const compute = { runtime, threads, executionProvider: provider.name };
  const buffers = new Map(Array.from(loss.buffers, ([name, { tensor }]) => [name, tensor] as const));
  return new ReadyModel({ definition, parameters: loss.parameters, buffers, compute });
}
