import { DEFAULT_TASK, type DefaultTask, type TaskName } from "@modelwright/contracts";
import type { ExecutionProviderChoice } from "@modelwright/engine";
import { type LoadedModelOf, loadVersionOf } from "@modelwright/inference";
import { requireTask } from "@modelwright/registry";
import { findVersion } from "./find-version.ts";

export interface LoadModelOptions<Task extends TaskName = TaskName> {
  /** The task of the model, which decides what it can be asked. Default "text-classification". */
  readonly task?: Task;
  /** The registry's folder or URL. Default: `MODELWRIGHT_REGISTRY`, otherwise `.modelwright`. */
  readonly registry?: string;
  /** Threads of the session. Default: the machine's cores. */
  readonly threads?: number;
  /** Where the model runs. Default "cpu". */
  readonly executionProvider?: ExecutionProviderChoice;
}

/**
 * Loads a registered model into this process, after checking its files against their digests.
 *
 * @param reference `name` (its champion, otherwise its latest), `name@alias` or `name:3`.
 * @throws {ModelwrightError} `REGISTRY_MODEL_UNKNOWN`, `REGISTRY_VERSION_CORRUPT`, `MODEL_TASK_UNSUPPORTED` for a model of another task …
 * @example
 * const model = await loadModel("mail-triage@champion");
 * const [prediction] = await model.predict(["Where is my parcel?"]); // { label, probability, probabilities: [{ label, probability }, …] }
 * if (prediction.rejected) console.log("none of these; likeliest:", prediction.likeliest);
 * @example
 * const gpt = await loadModel("gpt-brown", { task: "causal-language-modeling" });
 * const { text } = await gpt.generate("The mayor said", { maxTokens: 40, temperature: 0.8, seed: 7 });
 * @example
 * const bert = await loadModel("bert-brown", { task: "masked-language-modeling" });
 * const { masks } = await bert.fill("The [MASK] said so.", { top: 5 });
 */
export async function loadModel<Task extends TaskName = DefaultTask>(
  reference: string,
  options: LoadModelOptions<Task> = {},
): Promise<LoadedModelOf<Task>> {
  const { task = DEFAULT_TASK as Task, registry, ...placement } = options;
  const { directory } = requireTask(await findVersion(reference, registry), task, "loadModel");
  return loadVersionOf(task, directory, placement);
}
