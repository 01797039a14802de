import { type ManifestOf, ModelwrightError, type TaskName } from "@modelwright/contracts";
import type { Registry } from "@modelwright/registry";

/** The manifests of a model's versions, each read once. */
export class VersionManifests {
  readonly #registry: Registry;
  readonly #model: string;
  readonly #known = new Map<number, Promise<ManifestOf<TaskName> | undefined>>();

  constructor(registry: Registry, model: string) {
    this.#registry = registry;
    this.#model = model;
  }

  /** Undefined of a version that is gone: its predictions outlive it. */
  of(version: number): Promise<ManifestOf<TaskName> | undefined> {
    const known = this.#known.get(version) ?? this.#read(version);
    this.#known.set(version, known);
    return known;
  }

  async #read(version: number): Promise<ManifestOf<TaskName> | undefined> {
    try {
      return (await this.#registry.getVersion(this.#model, version)).manifest;
    } catch (error) {
      if (error instanceof ModelwrightError && error.status === 404) return undefined;
      throw error;
    }
  }
}
