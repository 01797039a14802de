import { ModelwrightError, type TaskName, taskNames } from "@modelwright/contracts";
import { type InferenceRow, inferenceRow } from "@modelwright/inference";
import type { Registry, VersionRecord } from "@modelwright/registry";

/** One loaded version. */
export interface ServedModel {
  /** `mail-triage:3`. */
  readonly key: string;
  readonly record: VersionRecord;
  /** How models of its task predict. */
  readonly row: InferenceRow<TaskName>;
  /** Everything that this version answers to, the key included. */
  readonly references: readonly string[];
}

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
   * @throws {ModelwrightError} `SERVER_NO_MODELS`; what `resolve` and `verifyVersion` throw.
   */
  static async open(registry: Registry, references: readonly string[]): Promise<ServedModels> {
    const registered = await registry.listModels();
    const existing = registered.filter(({ latestVersion }) => latestVersion !== undefined).map(({ name }) => name);
    const found = await Promise.all(
      (references.length > 0 ? references : existing).map((reference) => registry.resolve(reference)),
    );
    if (found.length === 0) throw new ModelwrightError("SERVER_NO_MODELS", { directory: registry.location });

    const records = new Map(found.map((record) => [keyOf(record), record]));
    const defaults = new Map<string, string>();
    for (const { name } of records.values()) {
      const usual = keyOf(await registry.resolve(name));
      const first = [...records].find(([, record]) => record.name === name)![0];
      defaults.set(name, records.has(usual) ? usual : first);
    }
    const all: ServedModel[] = [];
    for (const [key, record] of records) {
      await registry.verifyVersion(record);
      const { name, version, aliases } = record;
      const isLatest = registered.find((model) => model.name === name)?.latestVersion === version;
      const isDefault = defaults.get(name) === key;
      all.push({
        key,
        record,
        row: inferenceRow(record.manifest.task),
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

  /** All loaded versions of one name. */
  versionsOf(name: string): readonly ServedModel[] {
    return this.all.filter(({ record }) => record.name === name);
  }
}

function keyOf({ name, version }: VersionRecord): string {
  return `${name}:${version}`;
}
