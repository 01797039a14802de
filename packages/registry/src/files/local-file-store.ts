import { lstat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { Leftover, LeftoverQuery } from "../garbage/leftover.ts";
import { oldFiles } from "../garbage/old-files.ts";
import { compareFolder } from "../versions/folder-content.ts";
import { VersionFolders } from "../versions/version-folders.ts";
import type { ContentDigest } from "./digest.ts";
import type { ExpectedFile, FileProblem, FileStore, SealedFolder, VersionKey } from "./file-store.ts";
import { LocalFolders } from "./local-folders.ts";
import { ScratchDirectory } from "./scratch-directory.ts";

/**
 * Files in one folder: `models/<name>/<version>`, `artifacts/sha256`, and `unfinished` for what is on its way; beside them, or
 * in a folder of this machine, `runs/<id>` and `cache`.
 */
export class LocalFileStore implements FileStore {
  readonly location: string;
  readonly #local: LocalFolders;
  readonly #scratch: ScratchDirectory;
  readonly #artifacts: ArtifactStore;
  readonly #folders: VersionFolders;

  /** @param options.local Folder for what runs work on and what can be made again. Default: the same. */
  constructor(directory: string, { local = directory }: { readonly local?: string } = {}) {
    this.location = resolve(directory);
    this.#local = new LocalFolders(resolve(local));
    this.#scratch = new ScratchDirectory(join(this.location, "unfinished"));
    this.#artifacts = new ArtifactStore(join(this.location, "artifacts"), this.#scratch);
    this.#folders = new VersionFolders(this.location, this.#scratch);
  }

  putArtifact(name: string, content: string | Uint8Array): Promise<ContentDigest> {
    return this.#artifacts.put(name, content);
  }

  openArtifact(sha256: string): Promise<string> {
    return this.#artifacts.open(sha256);
  }

  workFolder(runId: string): Promise<string> {
    return this.#local.workFolder(runId);
  }

  removeWorkFolder(runId: string): Promise<void> {
    return this.#local.removeWorkFolder(runId);
  }

  cacheFolder(): Promise<string> {
    return this.#local.cacheFolder();
  }

  seal(stagingDirectory: string): Promise<SealedFolder> {
    return this.#folders.seal(stagingDirectory);
  }

  lastNumber(name: string): Promise<number> {
    return this.#folders.lastNumber(name);
  }

  condemn(key: VersionKey): Promise<void> {
    return this.#folders.condemn(key);
  }

  settle(key: VersionKey): Promise<void> {
    return this.#folders.settle(key);
  }

  remove(key: VersionKey): Promise<void> {
    return this.#folders.remove(key);
  }

  async materialise({ name, version }: VersionKey): Promise<string> {
    const folder = this.#folders.pathOf({ name, version });
    const found = await lstat(folder).catch(() => undefined);
    if (found?.isDirectory()) return folder;
    const problems = [{ file: ".", problem: "is missing" }];
    throw new ModelwrightError("REGISTRY_VERSION_CORRUPT", { name, version, location: this.location, problems });
  }

  compare(key: VersionKey, expected: readonly ExpectedFile[]): Promise<FileProblem[]> {
    return compareFolder(this.#folders.pathOf(key), expected);
  }

  async clean(hasRecord: (key: VersionKey) => Promise<boolean>): Promise<void> {
    await this.#scratch.clean();
    await this.#folders.clean(hasRecord);
  }

  async *leftovers(query: LeftoverQuery): AsyncGenerator<Leftover> {
    yield* this.#artifacts.leftovers(query);
    yield* oldFiles(this.#scratch.path, { kind: "unfinished", before: query.before });
    yield* this.#local.leftovers(query);
  }
}
