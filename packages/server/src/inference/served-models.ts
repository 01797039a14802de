import { ModelwrightError, type TaskName, taskNames } from "@modelwright/contracts";
import { type InferenceRow, inferenceRow } from "@modelwright/inference";
import type { Registry, VersionRecord } from "@modelwright/registry";
import { type VersionFacts, versionFacts } from "./version-facts.ts";

/** One loaded version. */
export interface ServedModel extends VersionFacts {
  /** `mail-triage:3`. */
  readonly key: string;
  readonly record: VersionRecord;
  /** How models of its task predict. */
  readonly row: InferenceRow<TaskName>;
  /** Everything that this version answers to, the key included. */
  readonly references: readonly string[];
}

/** A version that cannot be served. */
export interface LeftOut {
  /** `mail-triage:3`, or the reference where the version's record cannot be read. */
  readonly model: string;
  readonly error: Error;
}

/** Codes of what is wrong with one version, however sound the others are. */
const DAMAGE = new Set(["REGISTRY_VERSION_CORRUPT", "REGISTRY_RECORD_UNREADABLE"]);

/** The versions that a server has loaded, by every reference that finds them. */
export class ServedModels {
  readonly all: readonly ServedModel[];
  /** The tasks of all of them, in the order of their table. */
  readonly tasks: readonly TaskName[];
  readonly #byReference: ReadonlyMap<string, ServedModel>;

  private constructor(all: readonly ServedModel[]) {
    this.all = all;
    this.tasks = taskNames.filter((task) => all.some(({ record }) => record.manifest.task === task));
    this.#byReference = new Map(
      all.flatMap((model) => model.references.map((reference) => [reference, model] as const)),
    );
  }

  /**
   * Finds the versions in the registry and checks every file's digest. References stay as they are at this moment: an
   * alias that moves later changes nothing until the server starts again.
   *
   * @param references None: of every model the champion, otherwise the latest version.
   * @param onLeftOut Told of each version that is damaged; the others are served.
   * @throws {ModelwrightError} `SERVER_NO_MODELS`; what `resolve` throws; what is wrong with the first version if none is sound.
   */
  static async open(
    registry: Registry,
    references: readonly string[],
    onLeftOut: (model: LeftOut) => void = () => {},
  ): Promise<ServedModels> {
    const registered = await registry.listModels();
    const existing = registered.filter(({ latestVersion }) => latestVersion !== undefined).map(({ name }) => name);
    const wanted = references.length > 0 ? references : existing;
    const leftOut: LeftOut[] = [];
    const found: VersionRecord[] = [];
    const unlessDamaged = async <T>(model: string, action: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof ModelwrightError) || !DAMAGE.has(error.code)) throw error;
        leftOut.push({ model, error });
        return undefined;
      }
    };
    // All names first: one that does not exist is told before anything is read.
    const resolved = new Map<string, VersionRecord>();
    for (const reference of wanted) {
      const record = await unlessDamaged(reference, () => registry.resolve(reference));
      if (record !== undefined) resolved.set(keyOf(record), record);
    }
    for (const [key, record] of resolved) {
      await unlessDamaged(key, async () => {
        await registry.verifyVersion(record);
        found.push(record);
      });
    }
    if (found.length === 0 && leftOut.length > 0) throw leftOut[0]!.error;
    for (const each of leftOut) onLeftOut(each);
    if (found.length === 0) throw new ModelwrightError("SERVER_NO_MODELS", { directory: registry.location });

    const records = new Map(found.map((record) => [keyOf(record), record]));
    const defaults = new Map<string, string>();
    for (const { name } of records.values()) {
      const usual = await registry.resolve(name).then(keyOf, () => undefined);
      const first = [...records].find(([, record]) => record.name === name)![0];
      defaults.set(name, usual !== undefined && records.has(usual) ? usual : first);
    }
    const all: ServedModel[] = [];
    for (const [key, record] of records) {
      const { name, version, aliases } = record;
      const isLatest = registered.find((model) => model.name === name)?.latestVersion === version;
      const isDefault = defaults.get(name) === key;
      const row = inferenceRow(record.manifest.task);
      all.push({
        ...(await versionFacts(await registry.materialise(record), record, row)),
        key,
        record,
        row,
        references: [
          ...(isDefault ? [name] : []),
          key,
          ...aliases.map((alias) => `${name}@${alias}`),
          ...(isLatest ? [`${name}@latest`] : []),
        ],
      });
    }
    return new ServedModels(all);
  }

  /** @throws {ModelwrightError} `SERVER_MODEL_NOT_LOADED` listing what is loaded. */
  find(reference: string): ServedModel {
    const model = this.#byReference.get(reference);
    if (model !== undefined) return model;
    const loaded = this.all.map(({ references }) => references[0]!);
    throw new ModelwrightError("SERVER_MODEL_NOT_LOADED", { reference: reference.slice(0, 200), loaded });
  }

  /** The same without one that turned out to be unloadable; `undefined` if it was the last. */
  without(key: string): ServedModels | undefined {
    const others = this.all.filter((model) => model.key !== key);
    return others.length === 0 ? undefined : new ServedModels(others);
  }

  /** All loaded versions of one name. */
  versionsOf(name: string): readonly ServedModel[] {
    return this.all.filter(({ record }) => record.name === name);
  }
}

function keyOf({ name, version }: VersionRecord): string {
  return `${name}:${version}`;
}
