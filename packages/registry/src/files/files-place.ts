import type { FileStore } from "./file-store.ts";

/** Where the files of a registry are, or will be; nothing is made yet. */
export interface FilesPlace {
  /** Names it in errors and to people. */
  readonly location: string;
  /** Folders on disks that it fills, but for those of the machine. */
  readonly folders: readonly string[];
  /** Whether opening the registry settles what killed processes left; otherwise `collectGarbage` does. */
  readonly cleansAtOpen: boolean;
  /**
   * Makes it fit for files.
   * @returns Whether it can only be read, as far as that shows without trying.
   */
  prepare(): Promise<{ readonly isReadOnly: boolean }>;
  /** Names of the models that have files there. */
  models(): Promise<readonly string[]>;
  /**
   * Tries whether files can be kept there, and leaves nothing behind.
   * @throws {ModelwrightError} Says why it cannot be used.
   */
  probe(): Promise<{ readonly isWritable: boolean }>;
  /** @param local Folder of this machine: for what runs work on, what can be made again, and copies. */
  store(local: string): FileStore;
}

/** What a URL says of files beside where they are, by parameter: `endpoint=http://minio:9000`. */
export type FilesParameters = Readonly<Partial<Record<FilesParameter, string>>>;

export const FILES_PARAMETERS = ["endpoint", "region", "cache"] as const;
export type FilesParameter = (typeof FILES_PARAMETERS)[number];
