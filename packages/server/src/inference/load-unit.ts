import type { TaskName } from "@modelwright/contracts";
import { type LoadedModel, type LoadOptions, loadVersion, SharedBase } from "@modelwright/inference";
import type { BaseSharing, Unit } from "./messages.ts";

/** What runs batches: a model whose task does not matter here, since what it is given was checked by the task's schemas. */
export type RunningModel = Pick<LoadedModel<TaskName>, "prepare" | "warmUp" | "release" | "writer">;

export interface LoadedUnit {
  /** By the name of the runner: see `runnerOf`. */
  readonly runners: ReadonlyMap<string, RunningModel>;
  /** Absent where the unit is one version, or sharing is off. */
  readonly sharing?: BaseSharing;
}

/** Name of what runs a version of a unit in a worker; the base that several share is named as the unit, and its items are `MemberItem`s. */
export function runnerOf(unit: string, key: string, sharing: BaseSharing | undefined): string {
  return sharing?.members.includes(key) ? unit : `${unit} ${key}`;
}

/**
 * Loads a unit: several versions with adapters on the same base together. If one cannot be loaded, none stays open.
 *
 * @param options.shareBases Default true.
 * @param options.onModel Told which model is loaded or warmed up next: if this throws, it was that one.
 */
export async function loadUnit(
  { id, models }: Unit,
  options: LoadOptions & { readonly shareBases?: boolean; readonly onModel?: (key: string) => void },
): Promise<LoadedUnit> {
  const { shareBases = true, onModel = () => {}, ...loading } = options;
  const runners = new Map<string, RunningModel>();
  try {
    let sharing: BaseSharing | undefined;
    if (shareBases && models.length > 1) {
      const { base, apart } = await SharedBase.load(models, { ...loading, onMember: onModel });
      if (base !== undefined) runners.set(id, base as unknown as RunningModel);
      sharing = { members: base?.members ?? [], apart, bytes: base?.bytes ?? { shared: 0, apart: 0 } };
    }
    for (const { key, directory, manifest } of models) {
      const runner = runnerOf(id, key, sharing);
      if (runners.has(runner)) continue;
      onModel(key);
      runners.set(runner, await loadVersion(directory, { ...loading, manifest, files: manifest.files }));
    }
    return { runners, ...(sharing === undefined ? {} : { sharing }) };
  } catch (error) {
    for (const model of runners.values()) model.release();
    throw error;
  }
}

/** Loads a unit and runs each of its models once, so that none is slow when it is first asked. */
export async function loadWarm(unit: Unit, options: Parameters<typeof loadUnit>[1]): Promise<LoadedUnit> {
  const loaded = await loadUnit(unit, options);
  try {
    for (const { key } of unit.models) {
      options.onModel?.(key);
      // A base is warmed up by its first member.
      if (loaded.sharing?.members.slice(1).includes(key)) continue;
      await loaded.runners.get(runnerOf(unit.id, key, loaded.sharing))!.warmUp();
    }
    return loaded;
  } catch (error) {
    for (const model of loaded.runners.values()) model.release();
    throw error;
  }
}
