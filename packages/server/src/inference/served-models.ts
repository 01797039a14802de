import { ModelwrightError, type TaskName, taskNames } from "@modelwright/contracts";
import type { InferenceRow } from "@modelwright/inference";
import type { VersionRecord } from "@modelwright/registry";
import type { VersionFacts } from "./version-facts.ts";

/** One loaded version. */
export interface ServedModel extends VersionFacts {
  /** `mail-triage:3`. */
  readonly key: string;
  readonly record: VersionRecord;
  /** How models of its task predict. */
  readonly row: InferenceRow<TaskName>;
  /** Everything that this version answers to, the key included. */
  readonly references: readonly string[];
  /** Name of what runs it in a worker. */
  readonly runner: string;
  /** Whether the runner is a base that several versions share, whose items are `MemberItem`s. */
  readonly isShared: boolean;
}

/** A version that cannot be served. */
export interface LeftOut {
  /** `mail-triage:3`, or the reference where the version's record cannot be read. */
  readonly model: string;
  readonly error: Error;
}

/** The versions that a server serves at one moment, by every reference that finds them. */
export class ServedModels {
  readonly all: readonly ServedModel[];
  /** The tasks of all of them, in the order of their table. */
  readonly tasks: readonly TaskName[];
  readonly #byReference: ReadonlyMap<string, ServedModel>;

  constructor(all: readonly ServedModel[]) {
    this.all = all;
    this.tasks = taskNames.filter((task) => all.some(({ record }) => record.manifest.task === task));
    this.#byReference = new Map(
      all.flatMap((model) => model.references.map((reference) => [reference, model] as const)),
    );
  }

  /** @throws {ModelwrightError} `SERVER_MODEL_NOT_LOADED` listing what is loaded. */
  find(reference: string): ServedModel {
    const model = this.get(reference);
    if (model !== undefined) return model;
    const loaded = this.all.map(({ references }) => references[0]!);
    throw new ModelwrightError("SERVER_MODEL_NOT_LOADED", { reference: reference.slice(0, 200), loaded });
  }

  get(reference: string): ServedModel | undefined {
    return this.#byReference.get(reference);
  }

  /** All loaded versions of one name. */
  versionsOf(name: string): readonly ServedModel[] {
    return this.all.filter(({ record }) => record.name === name);
  }
}
