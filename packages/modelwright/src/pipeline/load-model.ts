import { CausalLanguageModel, type LoadOptions, MaskedLanguageModel, TextClassifier } from "@modelwright/inference";
import { requireTask } from "@modelwright/registry";
import { findVersion } from "./find-version.ts";

export interface LoadModelOptions extends Pick<LoadOptions, "threads" | "executionProvider"> {
  /** The registry's folder or URL. Default: `MODELWRIGHT_REGISTRY`, otherwise `.modelwright`. */
  readonly registry?: string;
}

/**
 * Loads a registered text classifier into this process, after checking its files against their digests.
 *
 * @param reference `name` (its champion, otherwise its latest), `name@alias` or `name:3`.
 * @throws {ModelwrightError} `REGISTRY_MODEL_UNKNOWN`, `REGISTRY_VERSION_CORRUPT`, `MODEL_TASK_UNSUPPORTED`, …
 * @example
 * const model = await loadModel("mail-triage@champion");
 * const [prediction] = await model.predict(["Where is my parcel?"]);
 */
export async function loadModel(reference: string, options: LoadModelOptions = {}): Promise<TextClassifier> {
  const version = requireTask(await findVersion(reference, options.registry), "text-classification", "loadModel");
  return TextClassifier.load(version.directory, options);
}

/**
 * Loads a registered model of the task causal-language-modeling, as `loadModel` does.
 *
 * @example
 * const model = await loadCausalLanguageModel("gpt-brown");
 * const { text } = await model.generate("The mayor said", { maxTokens: 40, temperature: 0.8, seed: 7 });
 */
export async function loadCausalLanguageModel(
  reference: string,
  options: LoadModelOptions = {},
): Promise<CausalLanguageModel> {
  const found = await findVersion(reference, options.registry);
  const version = requireTask(found, "causal-language-modeling", "loadCausalLanguageModel");
  return CausalLanguageModel.load(version.directory, options);
}

/**
 * Loads a registered model of the task masked-language-modeling, as `loadModel` does.
 *
 * @example
 * const model = await loadMaskedLanguageModel("bert-brown");
 * const { masks } = await model.fill("The [MASK] said so.", { top: 5 });
 */
export async function loadMaskedLanguageModel(
  reference: string,
  options: LoadModelOptions = {},
): Promise<MaskedLanguageModel> {
  const found = await findVersion(reference, options.registry);
  const version = requireTask(found, "masked-language-modeling", "loadMaskedLanguageModel");
  return MaskedLanguageModel.load(version.directory, options);
}
