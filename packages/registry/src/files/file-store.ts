import type { ManifestFile } from "@modelwright/contracts";
import type { Leftover, LeftoverQuery } from "../garbage/leftover.ts";
import type { ContentDigest } from "./digest.ts";

/** Names a model version. */
export interface VersionKey {
  readonly name: string;
  readonly version: number;
}

/** A file with the content it must have; the digest alone decides when the size is not known. */
export type ExpectedFile = Pick<ManifestFile, "path" | "sha256"> & Partial<ManifestFile>;

/** How a stored file differs from what was registered; `.` stands for the version as a whole. */
export interface FileProblem {
  readonly file: string;
  readonly problem: string;
}

/** A staged folder whose files are hashed, checked and durable, on its way to become a version. */
export interface SealedFolder {
  readonly files: readonly ManifestFile[];
  /** Adds a file, or replaces one of this path. Durable when it returns. */
  write(path: string, bytes: Uint8Array): Promise<ManifestFile>;
  /** Makes the files those of a version; all of them or none appear. Inside a write transaction. */
  place(key: VersionKey): Promise<void>;
  /** Takes `place` back, as far as it came. Inside a write transaction. */
  withdraw(key: VersionKey): Promise<void>;
  /** To be called at the end: the staged folder is gone when it was registered, and as it was when it was refused. */
  release(outcome: "registered" | "refused"): Promise<void>;
}

/**
 * The place where a registry keeps files: version folders, artifacts, and what a run works on.
 *
 * The registry names versions, runs and digests; where they lie is the store's own affair. Paths that a store gives out
 * are local and for the moment: a store on another machine copies what is asked for.
 *
 * A version counts when the database has its record. Files and record cannot change in one step, so a change is bracketed:
 * `place` and `condemn` note that a version is doubtful, `settle` ends that, and `clean` decides about what a killed
 * process left doubtful: with a record it stays, without one it goes. `place`, `withdraw`, `condemn` and `clean` run inside
 * a write transaction of the database, so that a change in progress is never taken for one that was left.
 */
export interface FileStore {
  /** Names the store in errors and to people. */
  readonly location: string;

  /**
   * Keeps the bytes, or the file at a path, by their digest. Equal content is kept once; putting it again repairs it.
   * @param name Names the artifact in errors.
   * @throws {ModelwrightError} `REGISTRY_ARTIFACT_UNREADABLE`.
   */
  putArtifact(name: string, content: string | Uint8Array): Promise<ContentDigest>;
  /**
   * A local file with the content, checked against the digest.
   * @throws {ModelwrightError} `REGISTRY_ARTIFACT_UNKNOWN`, `REGISTRY_ARTIFACT_CORRUPT`.
   */
  openArtifact(sha256: string): Promise<string>;

  /** A local folder of a run, made when there is none: for its checkpoint and for what it stages. */
  workFolder(runId: string): Promise<string>;
  /** Removes it with all that is in it; nothing where there is none. */
  removeWorkFolder(runId: string): Promise<void>;

  /** A local folder that all runs share, made when there is none: for what can be made again. */
  cacheFolder(): Promise<string>;

  /**
   * Checks and hashes a staged folder and makes it durable.
   * @throws {ModelwrightError} `REGISTRY_STAGING_INVALID` when it is missing, empty, or holds links or special files.
   */
  seal(stagingDirectory: string): Promise<SealedFolder>;
  /** The greatest version number under which the store has something of a model; 0 when there is nothing. */
  lastNumber(name: string): Promise<number>;
  /** Notes that a version is about to lose its record. */
  condemn(key: VersionKey): Promise<void>;
  /** Notes that files and record of a version agree. */
  settle(key: VersionKey): Promise<void>;
  /** Removes the files of a version whose record is gone. */
  remove(key: VersionKey): Promise<void>;
  /**
   * A local folder with the files of a version, for reading. Their content is not checked; `compare` does that.
   * @throws {ModelwrightError} `REGISTRY_VERSION_CORRUPT` when the store has nothing of it.
   */
  materialise(key: VersionKey): Promise<string>;
  /** How the files of a version differ from what is expected; empty when they do not. */
  compare(key: VersionKey, expected: readonly ExpectedFile[]): Promise<FileProblem[]>;
  /** Settles what killed processes left. */
  clean(hasRecord: (key: VersionKey) => Promise<boolean>): Promise<void>;
  /** What it keeps and may not need any more; nothing that a running process uses. Removing one is the caller's to decide. */
  leftovers(query: LeftoverQuery): AsyncIterable<Leftover>;
}
