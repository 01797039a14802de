import { openRegistry } from "@modelwright/registry";
import { type LoadOptions, TextClassifier } from "@modelwright/server";
import { registryDirectory } from "./registry-directory.ts";

/**
 * Loads a registered version into this process, after checking its files against their digests.
 *
 * @param reference `name` (its champion, otherwise its latest), `name@alias` or `name:3`.
 * @param options.registry The registry's folder. Default: `MODELWRIGHT_REGISTRY`, otherwise `.modelwright`.
 * @param options.threads Threads of a prediction. Default: the machine's cores.
 * @param options.executionProvider Where the model runs. Default "cpu".
 * @throws {ModelwrightError} `REGISTRY_MODEL_UNKNOWN`, `REGISTRY_VERSION_CORRUPT`, …
 * @example
 * const model = await loadModel("mail-triage@champion");
 * const [prediction] = await model.predict(["Where is my parcel?"]);
 */
export async function loadModel(
  reference: string,
  options: { readonly registry?: string } & Pick<LoadOptions, "threads" | "executionProvider"> = {},
): Promise<TextClassifier> {
  const registry = await openRegistry({ directory: registryDirectory(options.registry) });
  try {
    const version = await registry.resolve(reference);
    await registry.verifyVersion(version);
    return await TextClassifier.load(version.directory, options);
  } finally {
    await registry.close();
  }
}
