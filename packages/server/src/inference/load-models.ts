import type { TaskName } from "@modelwright/contracts";
import { type LoadedModel, type LoadOptions, loadVersion, SharedBase, sharingKey } from "@modelwright/inference";
import type { BaseSharing, ModelFolder } from "./messages.ts";

/** What runs batches: a model whose task does not matter here, since what it is given was checked by the task's schemas. */
export type RunningModel = Pick<LoadedModel<TaskName>, "prepare" | "warmUp" | "release" | "writer">;

export interface LoadedModels {
  /** By key. */
  readonly models: ReadonlyMap<string, RunningModel>;
  readonly sharing: readonly BaseSharing[];
}

/** Versions by what they may share, where it is more than one. */
export function sharingGroups(folders: readonly ModelFolder[]): ReadonlyMap<string, readonly ModelFolder[]> {
  const groups = new Map<string, ModelFolder[]>();
  for (const folder of folders) {
    const key = sharingKey(folder.manifest);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), folder]);
  }
  return new Map([...groups].filter(([, members]) => members.length > 1));
}

/**
 * Loads versions, those with adapters on the same base together. If one cannot be loaded, none stays open.
 *
 * @param options.shareBases Default true.
 * @param options.onModel Told which model is loaded next: if this throws, it was that one.
 */
export async function loadModels(
  folders: readonly ModelFolder[],
  options: LoadOptions & { readonly shareBases: boolean; readonly onModel?: (key: string) => void },
): Promise<LoadedModels> {
  const { shareBases, onModel = () => {}, ...loading } = options;
  const models = new Map<string, RunningModel>();
  const sharing: BaseSharing[] = [];
  try {
    for (const [key, members] of shareBases ? sharingGroups(folders) : []) {
      const { base, apart } = await SharedBase.load(members, { ...loading, onMember: onModel });
      if (base !== undefined) models.set(key, base as unknown as RunningModel);
      sharing.push({ key, members: base?.members ?? [], apart, bytes: base?.bytes ?? { shared: 0, apart: 0 } });
    }
    const joined = new Set(sharing.flatMap(({ members }) => members));
    for (const { key, directory, manifest } of folders) {
      if (joined.has(key)) continue;
      onModel(key);
      models.set(key, await loadVersion(directory, { ...loading, manifest, files: manifest.files }));
    }
    return { models, sharing };
  } catch (error) {
    for (const model of models.values()) model.release();
    throw error;
  }
}
