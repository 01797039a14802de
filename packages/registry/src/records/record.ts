import type { Measure, ModelManifest } from "@modelwright/contracts";
import type { Archived } from "../archive/archive-store.ts";

/** A value that JSON can hold; NaN and infinities are kept as well. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

export const RUN_STATUSES = ["running", "finished", "failed", "interrupted"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/**
 * A recipe as it was when its run began: keys may have come and gone since.
 *
 * `parseRecipe` reads it as one of today's, where that is needed and possible.
 */
export interface StoredRecipe {
  readonly name: string;
  readonly task: string;
  readonly [key: string]: JsonValue;
}

export interface RunFailure {
  readonly code: string;
  readonly message: string;
}

/** Which rows a source had when a run read it. */
export interface RunSource {
  readonly name: string;
  /** The same for the same rows in any order and format. */
  readonly version: string;
  readonly rows: number;
}

/** What git says of the folder that a recipe lies in. */
export interface GitState {
  /** Of the commit that was checked out; absent before the first. */
  readonly commit?: string | undefined;
  /** Absent where none is checked out. */
  readonly branch?: string | undefined;
  /** Tracked files that were not as in the commit. */
  readonly changedFiles: number;
  /** Address of the repository that it was cloned from, without user and password. */
  readonly remote?: string | undefined;
}

/** One execution of a recipe. Times are ISO 8601 in UTC. */
export interface RunRecord {
  readonly id: string;
  readonly experiment: string;
  readonly status: RunStatus;
  readonly recipe: StoredRecipe;
  readonly recipeSha256: string;
  /** Of the rows as they were cleaned and divided. */
  readonly dataSha256?: string;
  /** Of sources that were read whole. */
  readonly sources?: readonly RunSource[];
  readonly seed: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Absent where no git, or no repository of it, was. */
  readonly git?: GitState;
  readonly createdAt: string;
  /** Absent while it runs. */
  readonly finishedAt?: string;
  readonly summary?: Readonly<Record<string, JsonValue>>;
  readonly metrics?: Readonly<Record<string, Measure>>;
  readonly error?: RunFailure;
}

/** One point of a training curve. */
export interface MetricPoint {
  /** Number of updates so far; a safe integer. */
  readonly step: number;
  readonly name: string;
  /** Any double, NaN and infinities included; −0 reads back as 0. */
  readonly value: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** A file kept with a run. */
export interface ArtifactRecord {
  readonly runId: string;
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly createdAt: string;
}

/** A registered model: a name with numbered versions. */
export interface ModelRecord {
  readonly name: string;
  readonly createdAt: string;
  readonly versions: number;
  /** Of those that are not put away; absent when there is none. */
  readonly latestVersion?: number;
  readonly aliases: Readonly<Record<string, number>>;
  /** Absent while it is in use. */
  readonly archived?: Archived;
}

export interface VersionRecord<Manifest extends ModelManifest = ModelManifest> {
  readonly name: string;
  readonly version: number;
  readonly runId: string;
  readonly manifest: Manifest;
  readonly createdAt: string;
  /** Those that point at this version, by name. */
  readonly aliases: readonly string[];
  /** That it, or its model, is put away; absent while it is in use. */
  readonly archived?: Archived;
}

export const ALIAS_MOVES = ["set", "remove", "rollback"] as const;

/** One move of an alias; `null` stands for nowhere. */
export interface AliasMove {
  readonly name: string;
  readonly alias: string;
  readonly kind: (typeof ALIAS_MOVES)[number];
  readonly from: number | null;
  readonly to: number | null;
  readonly at: string;
  readonly reason: string;
}
