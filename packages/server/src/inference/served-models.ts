import { ModelwrightError, type TaskName, taskNames } from "@modelwright/contracts";
import type { InferenceRow } from "@modelwright/inference";
import type { TrafficPolicy, VersionRecord } from "@modelwright/registry";
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
  /** Name of what runs it in a worker; undefined while it is not in memory. */
  readonly runner: string | undefined;
  /** Whether the runner is a base that several versions share, whose items are `MemberItem`s. */
  readonly isShared: boolean;
}

/** A version that cannot be served. */
export interface LeftOut {
  /** `mail-triage:3`, or the reference where the version's record cannot be read. */
  readonly model: string;
  readonly error: Error;
}

/** How the requests for a model are divided between its champion and another version that is served. */
export interface Division {
  readonly policy: TrafficPolicy;
  readonly challenger: ServedModel;
}

/** The versions that a server serves at one moment, by every reference that finds them. */
export class ServedModels {
  readonly all: readonly ServedModel[];
  /** The tasks of all of them, in the order of their table. */
  readonly tasks: readonly TaskName[];
  readonly #refuse: ((reference: string) => void) | undefined;
  readonly #byReference: ReadonlyMap<string, ServedModel>;
  readonly #policies: readonly TrafficPolicy[];

  constructor(
    all: readonly ServedModel[],
    {
      policies = [],
      refuse,
    }: {
      readonly policies?: readonly TrafficPolicy[];
      /** Throws for a reference that may not be asked for. */
      readonly refuse?: ((reference: string) => void) | undefined;
    } = {},
  ) {
    this.#refuse = refuse;
    this.#policies = policies;
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
    this.#refuse?.(reference);
    const loaded = this.all.map(({ references }) => references[0]!);
    throw new ModelwrightError("SERVER_MODEL_NOT_LOADED", { reference: reference.slice(0, 200), loaded });
  }

  get(reference: string): ServedModel | undefined {
    return this.#byReference.get(reference);
  }

  /**
   * The same with versions of these names alone.
   * @param refuse Throws for a reference to another name, whether it is loaded or not.
   */
  only(names: readonly string[], refuse: (reference: string) => void): ServedModels {
    return new ServedModels(
      this.all.filter(({ record }) => names.includes(record.name)),
      { policies: this.#policies, refuse },
    );
  }

  /**
   * How requests for a model by its name are divided; undefined where all are the champion's, as they are while the challenger
   * is not in memory and once the champion is another than it is compared with.
   */
  divisionOf(name: string): Division | undefined {
    const policy = this.#policies.find(({ model }) => model === name);
    if (policy === undefined || this.get(name)?.record.version !== policy.champion) return undefined;
    const challenger = this.get(`${name}:${policy.challenger}`);
    return challenger?.runner === undefined ? undefined : { policy, challenger };
  }

  /** All loaded versions of one name. */
  versionsOf(name: string): readonly ServedModel[] {
    return this.all.filter(({ record }) => record.name === name);
  }
}
