import type { TaskName } from "@modelwright/contracts";
import { type LoadOptions, readManifest } from "./open-version.ts";
import { INFERENCE, type LoadedModelOf } from "./table.ts";

/**
 * Loads a version of a task from its folder.
 *
 * @param directory `modelwright.json` and the files that it names.
 * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file, also for a version of another task; `ENGINE_MODEL_REFUSED` for an
 * unsafe graph; `ENGINE_PROVIDER_UNAVAILABLE`.
 */
export function loadVersionOf<Task extends TaskName>(
  task: Task,
  directory: string,
  options: LoadOptions = {},
): Promise<LoadedModelOf<Task>> {
  const { load } = INFERENCE[task];
  return load(directory, options) as Promise<LoadedModelOf<Task>>;
}

/** Loads a version of whatever task its manifest names, as `loadVersionOf` does. */
export async function loadVersion(directory: string, options: LoadOptions = {}): Promise<LoadedModelOf<TaskName>> {
  const { task } = options.manifest ?? (await readManifest(directory));
  return loadVersionOf(task, directory, options);
}
