import type { Measure, ModelDescription, Recipe } from "@modelwright/contracts";
import type { VersionKey } from "./files/file-store.ts";
import type {
  AliasMove,
  ArtifactRecord,
  GitState,
  JsonValue,
  MetricPoint,
  ModelRecord,
  RunFailure,
  RunRecord,
  RunSource,
  RunStatus,
  VersionRecord,
} from "./records/record.ts";
import type { UnreadableRecord } from "./records/unreadable-record.ts";
import type { Stores } from "./stores.ts";

export interface NewRun {
  /** Resolved: every default filled in. */
  readonly recipe: Recipe;
  /** Of what the recipe decides wherever it is computed; a run is resumed only with a recipe of the same digest. */
  readonly recipeSha256: string;
  /** Groups runs; normally the recipe's name. Keeps the rule of model names. */
  readonly experiment: string;
  readonly seed: number;
  /** Versions, platform, threads: what one needs to repeat the run. */
  readonly environment: Readonly<Record<string, string>>;
  /** Default: nothing is known of git. */
  readonly git?: GitState | undefined;
  /** Digest of the data, when it is known already. */
  readonly dataSha256?: string;
}

export interface RunPatch {
  readonly dataSha256?: string;
  readonly sources?: readonly RunSource[];
  readonly status?: RunStatus;
  /** Replaces the former one: a resumed run may be in another. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Replaces the former one, also by none. */
  readonly git?: GitState | undefined;
  /** Replaces the former summary. */
  readonly summary?: Readonly<Record<string, JsonValue>>;
}

export interface RunEnd {
  readonly status: Exclude<RunStatus, "running">;
  readonly error?: RunFailure;
  /** Final metrics; NaN and infinities are kept. */
  readonly metrics?: Readonly<Record<string, Measure>>;
}

export interface RunFilter {
  readonly experiment?: string;
  readonly status?: RunStatus;
  /** At most so many, newest first. Default: all. */
  readonly limit?: number;
}

export interface NewVersion {
  /** Registered model; made by its first version. */
  readonly name: string;
  readonly runId: string;
  /** Folder with the version's files. It is moved into the registry; on any error it stays as it was. */
  readonly stagingDirectory: string;
  /** Makes the manifest once the version number is known. Synchronous, since other writers wait for it. */
  readonly describe: (version: number) => ModelDescription;
  /**
   * Texts that name the version, such as its model card: by file name, made from the description and written into the folder
   * before it is hashed as a whole. Synchronous, like `describe`. Default: none.
   */
  readonly documents?: (description: ModelDescription) => Readonly<Record<string, string>>;
}

/**
 * Runs, model versions, aliases and artifacts of one project.
 *
 * Guarantees that every implementation gives and `describeRegistryContract` checks:
 * - Every method does all of its work or none, also when the process is killed inside it.
 * - Any number of processes may use one registry at once; writers take turns, acknowledged writes are durable.
 * - An error leaves the registry, and the files that were handed in, as they were.
 * - Nothing absolute is stored: a registry in a folder may be moved while no process has it open.
 * - A name that does not exist gives an error that lists those that do, and the nearest.
 *
 * Records may be of another Modelwright. What is read of them is checked; one that cannot be read is refused with
 * `REGISTRY_RECORD_UNREADABLE`, which names it and the field, by each method that returns it alone.
 *
 * Every method may throw `REGISTRY_BUSY` (locked too long) and `REGISTRY_DATABASE_FAILED` (disk full, damaged).
 */
export interface Registry {
  /** Where it is, as it is shown to people: without a password. */
  readonly location: string;
  /** Whether nothing can be kept in it: a read-only mount, another user's folder, a role that only reads. */
  readonly isReadOnly: boolean;
  /** What `openRegistry` opens it by once more, in another thread or process. A password may stand in it. */
  readonly url: string;
  /** What it keeps beside runs and versions. */
  readonly stores: Stores;
  /** Ends the connection; the registry cannot be used any more. A second call does nothing. */
  close(): Promise<void>;

  /** Records a new run with status `running`. The id sorts by time: `20261124-121530-ab12` (UTC). */
  createRun(run: NewRun): Promise<RunRecord>;
  /**
   * Changes what is given, keeps the rest. Status `running` takes an interrupted or failed run up again.
   * @throws {ModelwrightError} `REGISTRY_RUN_UNKNOWN`; `REGISTRY_RUN_FINISHED` for another status of a finished run.
   */
  updateRun(id: string, patch: RunPatch): Promise<RunRecord>;
  /** @throws {ModelwrightError} `REGISTRY_RUN_UNKNOWN`; `REGISTRY_RUN_FINISHED` when it is finished already. */
  finishRun(id: string, end: RunEnd): Promise<RunRecord>;
  /**
   * Stores points of training curves, all of them or none.
   *
   * A point of the same run, name and step replaces the former one, so a resumed run may log its steps again.
   */
  appendMetrics(runId: string, points: readonly MetricPoint[]): Promise<void>;
  /** Points by name, then step; of one metric when `name` is given. */
  metrics(runId: string, name?: string): Promise<MetricPoint[]>;
  /**
   * Keeps a file with the run, content-addressed. The same name again replaces the former artifact.
   * @param name Relative path with `/`, for example `plots/roc.svg`.
   * @param content Path of a file, or its bytes.
   */
  addArtifact(runId: string, name: string, content: string | Uint8Array): Promise<ArtifactRecord>;
  /** By name. */
  artifacts(runId: string): Promise<ArtifactRecord[]>;
  /**
   * A local file with an artifact's content, for reading, after it was checked against the digest.
   * @throws {ModelwrightError} `REGISTRY_ARTIFACT_UNKNOWN`, `REGISTRY_ARTIFACT_CORRUPT`.
   */
  openArtifact(sha256: string): Promise<string>;
  getRun(id: string): Promise<RunRecord>;
  /** Newest first; those that cannot be read are left out, and told by `unreadable`. */
  listRuns(filter?: RunFilter): Promise<RunRecord[]>;
  /**
   * A local folder for what a run works on, made when there is none: its checkpoint, and files that are staged for a
   * version. A resumed run finds there what it left. The run is not looked up.
   */
  workFolder(runId: string): Promise<string>;

  /** A local folder that all runs share, made when there is none, for what can be made again: it may be emptied at any time. */
  cacheFolder(): Promise<string>;

  /**
   * Deletes a run for good: its record, its curves, its list of artifacts and its work folder.
   * @throws {ModelwrightError} `REGISTRY_RUN_UNKNOWN`; `REGISTRY_RUN_HAS_VERSIONS` while a version points at it, for
   *   that is where the version comes from.
   */
  deleteRun(id: string): Promise<void>;

  /**
   * Makes a folder of files the next version of a model.
   *
   * Versions are 1, 2, 3 …; a number is never given twice, also not after a deletion. Every file is hashed and
   * made durable, and `modelwright.json`, which lists them, is written last. A version is visible when its record is: a
   * process killed inside leaves nothing visible, and the next open removes what it left. The staging folder is gone
   * afterwards; on the file system of a registry in a folder it is moved, not copied.
   *
   * @throws {ModelwrightError} `REGISTRY_NAME_INVALID`, `REGISTRY_RUN_UNKNOWN`, `REGISTRY_STAGING_INVALID` (missing,
   *   empty, links or special files), `REGISTRY_MANIFEST_INVALID`, `REGISTRY_ARCHIVED` where the model is put away.
   */
  registerVersion(options: NewVersion): Promise<VersionRecord>;
  /**
   * Points an alias at a version. Where it points already, nothing is recorded.
   *
   * @param options.from The version that it is to leave, `null` for none: a decision that was made by comparing with that
   *   version holds only while the alias is there. Default: wherever it is.
   * @throws {ModelwrightError} `REGISTRY_ALIAS_MOVED` when it is elsewhere; `REGISTRY_ARCHIVED`.
   */
  setAlias(
    name: string,
    alias: string,
    version: number,
    reason: string,
    options?: { readonly from?: number | null },
  ): Promise<VersionRecord>;
  removeAlias(name: string, alias: string, reason: string): Promise<void>;
  /** Every move of an alias, oldest first, removals included. */
  aliasHistory(name: string, alias: string): Promise<AliasMove[]>;
  /**
   * Takes back the last move of an alias; called again, the one before it, and so on. Versions that are deleted or put away are passed over.
   * @param reason Default: `roll back`.
   * @throws {ModelwrightError} `REGISTRY_ALIAS_NO_PREVIOUS`.
   */
  rollback(name: string, alias: string, reason?: string): Promise<VersionRecord>;
  /**
   * Finds a version: `name` (its `champion`, otherwise its latest), `name@alias`, `name@latest`, `name:3`. One that is put
   * away is found by its number alone.
   * @throws {ModelwrightError} `REGISTRY_REFERENCE_INVALID`, `REGISTRY_MODEL_UNKNOWN`, `REGISTRY_ALIAS_UNKNOWN`,
   *   `REGISTRY_VERSION_UNKNOWN`; `REGISTRY_ARCHIVED` when all versions are put away.
   */
  resolve(reference: string): Promise<VersionRecord>;
  /** By name; those that are put away say so. */
  listModels(): Promise<ModelRecord[]>;
  /** Another text whenever a version came, went or was put away, an alias moved or traffic was divided another way; by one small query, for those who watch. */
  revision(): Promise<string>;
  /** Oldest first; those that are put away say so, and those that cannot be read are left out, and told by `unreadable`. */
  listVersions(name: string): Promise<VersionRecord[]>;
  /** The runs, versions, keys and changes of traffic that cannot be read, each with the first reason; runs first, then versions by name. */
  unreadable(): Promise<UnreadableRecord[]>;
  getVersion(name: string, version: number): Promise<VersionRecord>;
  /**
   * A local folder with a version's files, for reading: where they lie, or a copy of what lies elsewhere. Never to be
   * written to. Their content is not checked; `verifyVersion` does that.
   * @throws {ModelwrightError} `REGISTRY_MODEL_UNKNOWN`, `REGISTRY_VERSION_UNKNOWN`; `REGISTRY_VERSION_CORRUPT` when the
   *   files are gone; `REGISTRY_ARCHIVED`.
   */
  materialise(version: VersionKey): Promise<string>;
  /**
   * Reads every file of a version and compares it with its digest; the manifest is compared with its digest in the record.
   * @throws {ModelwrightError} `REGISTRY_VERSION_CORRUPT` names each file that differs, is missing or was added.
   */
  verifyVersion(version: VersionKey): Promise<void>;
  /**
   * Copies a version's files to a folder that does not exist yet, checking every digest. All or nothing.
   * @returns The absolute path of the new folder.
   * @throws {ModelwrightError} `REGISTRY_TARGET_EXISTS`, `REGISTRY_VERSION_CORRUPT`.
   */
  exportVersion(version: VersionKey, targetDirectory: string): Promise<string>;
  /** @throws {ModelwrightError} `REGISTRY_VERSION_ALIASED` while an alias points at it, `REGISTRY_VERSION_IN_TRAFFIC`. */
  deleteVersion(name: string, version: number): Promise<void>;
}
