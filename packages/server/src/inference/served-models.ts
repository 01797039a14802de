import { ModelwrightError, type TextClassificationManifest } from "@modelwright/contracts";
import { type Registry, requireTask, type VersionRecord } from "@modelwright/registry";

/** The task of the models that are served. */
const TASK = "text-classification";

/** One loaded version. */
export interface ServedModel {
  /** `mail-triage:3`. */
  readonly key: string;
  readonly record: VersionRecord<TextClassificationManifest>;
  /** Everything that this version answers to, the key included. */
  readonly references: readonly string[];
}

/** The versions that a server has loaded, by every reference that finds them. */
export class ServedModels {
  readonly all: readonly ServedModel[];
  readonly #byReference: ReadonlyMap<string, ServedModel>;

  private constructor(all: readonly ServedModel[]) {
    this.all = all;
    this.#byReference = new Map(
      all.flatMap((model) => model.references.map((reference) => [reference, model] as const)),
    );
  }

  /**
   * Finds the versions in the registry and checks every file's digest. References stay as they are at this moment: an
   * alias that moves later changes nothing until the server starts again.
   *
   * @param references None: of every model that classifies texts the champion, otherwise the latest version.
   * @throws {ModelwrightError} `SERVER_NO_MODELS`; `MODEL_TASK_UNSUPPORTED` for a named version of another task; what `resolve` and `verifyVersion` throw.
   */
  static async open(registry: Registry, references: readonly string[]): Promise<ServedModels> {
    const registered = await registry.listModels();
    const existing = registered.filter(({ latestVersion }) => latestVersion !== undefined).map(({ name }) => name);
    const found = await Promise.all(
      (references.length > 0 ? references : existing).map((reference) => registry.resolve(reference)),
    );
    const wanted = references.length > 0 ? found : found.filter(({ manifest }) => manifest.task === TASK);
    if (wanted.length === 0) throw new ModelwrightError("SERVER_NO_MODELS", { directory: registry.location });

    const records = new Map(wanted.map((record) => [keyOf(record), requireTask(record, TASK, "serving")]));
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
