import type { ModelwrightError } from "@modelwright/contracts";
import type { FileStore } from "./files/file-store.ts";
import type { RecordDatabase } from "./records/record-database.ts";

/** Names where a registry is: a folder's path, or a URL. */
export type RegistryUrl = string | URL;

/** Where a registry is, or will be; nothing is open yet. */
export interface RegistryPlace {
  /** What `openRegistry` opens it by, without a password. */
  readonly location: string;
  /** Folders on disks that it fills. They need not exist. */
  readonly folders: readonly string[];
  /** Whether opening an older registry brings it to the newest schema; otherwise `migrateRegistry` does. */
  readonly migratesAtOpen: boolean;
  /** Whether opening settles what killed processes left of versions; otherwise `collectGarbage` does. */
  readonly cleansAtOpen: boolean;
  /** Opens, and makes where there is none, what the registry is made of. */
  open(): Promise<RegistryParts>;
  /**
   * Tries whether a registry can be kept there, and leaves nothing behind.
   * @throws {ModelwrightError} What opening it would throw.
   */
  probe(): Promise<RegistryProbe>;
}

/** What a registry is made of. */
export interface RegistryParts {
  readonly database: RecordDatabase;
  readonly files: FileStore;
}

/** What a trial of a registry's place showed. */
export interface RegistryProbe {
  /** Whether there is a registry already; otherwise the first opening makes it. */
  readonly exists: boolean;
  readonly isWritable: boolean;
  /** What keeps the records. */
  readonly database: { readonly name: string; readonly version: string };
}

/** A kind of registry. */
export interface Backend {
  /** How its places are written. */
  readonly form: string;
  /** @param fail Makes the error of a URL that cannot be one. */
  readonly place: (url: string, fail: UrlFailure) => RegistryPlace;
}

/** The error of a URL, which says what is wrong with it, without a password. */
export type UrlFailure = (problem: string, cause?: unknown) => ModelwrightError;
