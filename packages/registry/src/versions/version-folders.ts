import { cp, mkdir, readdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import type { SealedFolder, VersionKey } from "../files/file-store.ts";
import type { ScratchDirectory } from "../files/scratch-directory.ts";
import { makeDirectory, syncDirectory } from "../files/sync.ts";
import { MANIFEST_NAME, sealFolder } from "./folder-content.ts";
import { replaceFile } from "./replace-file.ts";

const markerPattern = /^\.(\d+)\.incomplete$/;

/**
 * The folders of model versions: `<registry>/models/<name>/<version>`.
 *
 * A folder counts when its record does. Since a folder and a record cannot change in one step, a marker
 * `.<version>.incomplete` stands beside the folder from before the first change until after the last one, and `clean`
 * settles what a killed process left: with a record only the marker goes, without one the folder goes as well.
 * A folder that has neither record nor marker is not ours to remove (the database may have been restored from an older
 * copy); its number is passed over.
 */
export class VersionFolders {
  readonly #registry: string;
  readonly #directory: string;
  readonly #scratch: ScratchDirectory;

  constructor(registry: string, scratch: ScratchDirectory) {
    this.#registry = registry;
    this.#directory = join(registry, "models");
    this.#scratch = scratch;
  }

  pathOf({ name, version }: VersionKey): string {
    return join(this.#directory, name, String(version));
  }

  /** Checks, hashes and syncs a staging folder; copies it first when it lies on another file system. */
  async seal(stagingDirectory: string): Promise<SealedFolder> {
    const source = resolve(stagingDirectory);
    const files = await sealFolder(source);
    await mkdir(this.#directory, { recursive: true });
    await this.#refuseOwn(source);
    const sealed = (directory: string) => ({
      write: (path: string, bytes: Uint8Array) => replaceFile(directory, path, bytes),
      place: (key: VersionKey) => this.#place(directory, key),
      withdraw: (key: VersionKey) => this.#withdraw(directory, key),
    });
    if ((await stat(source)).dev === (await stat(this.#directory)).dev) {
      return { ...sealed(source), files, release: async () => {} };
    }
    const copy = await this.#scratch.reserve();
    await cp(source, copy, { recursive: true });
    return {
      ...sealed(copy),
      files: await sealFolder(copy),
      release: (outcome) => rm(outcome === "registered" ? source : copy, { recursive: true, force: true }),
    };
  }

  /** Greatest number that a folder of the model bears, 0 when there is none. */
  async lastNumber(name: string): Promise<number> {
    const entries = await readdir(join(this.#directory, name)).catch(() => []);
    return Math.max(0, ...entries.filter((entry) => /^[1-9]\d{0,8}$/.test(entry)).map(Number));
  }

  /** Moves a sealed folder to its place. */
  async #place(directory: string, key: VersionKey): Promise<void> {
    await syncDirectory(directory);
    await this.condemn(key);
    await rename(directory, this.pathOf(key));
    await syncDirectory(join(this.#directory, key.name));
  }

  /** Takes `place` back. */
  async #withdraw(directory: string, key: VersionKey): Promise<void> {
    const placed = await stat(this.pathOf(key)).catch(() => undefined);
    if (placed !== undefined) await rename(this.pathOf(key), directory);
    await rm(join(directory, MANIFEST_NAME), { force: true });
    await this.settle(key);
  }

  /** Sets the marker: from now on the folder goes unless there is a record. */
  async condemn(key: VersionKey): Promise<void> {
    const parent = join(this.#directory, key.name);
    await makeDirectory(parent);
    await writeFile(this.#markerOf(key), "");
    await syncDirectory(parent);
  }

  /** Removes the marker: the folder and its record agree. */
  async settle(key: VersionKey): Promise<void> {
    await rm(this.#markerOf(key), { force: true });
  }

  /** Removes a folder whose record is gone. */
  async remove(key: VersionKey): Promise<void> {
    await rm(this.pathOf(key), { recursive: true, force: true });
    await this.settle(key);
  }

  /** Settles every marker. */
  async clean(hasRecord: (key: VersionKey) => Promise<boolean>): Promise<void> {
    const models = await readdir(this.#directory, { withFileTypes: true }).catch(() => []);
    for (const { name } of models.filter((entry) => entry.isDirectory())) {
      for (const entry of await readdir(join(this.#directory, name))) {
        const version = Number(markerPattern.exec(entry)?.[1] ?? 0);
        if (version === 0) continue;
        if (await hasRecord({ name, version })) await this.settle({ name, version });
        else await this.remove({ name, version });
      }
    }
  }

  /** Registering moves the folder away, so it may not be, hold, or lie among what the registry keeps. */
  async #refuseOwn(source: string): Promise<void> {
    const staging = await realpath(source);
    const registry = await realpath(this.#registry);
    const kept = ["models", "artifacts"].map((folder) => join(registry, folder));
    if (isInside(registry, staging) || kept.some((folder) => isInside(staging, folder))) {
      throw new ModelwrightError("REGISTRY_STAGING_INVALID", {
        directory: source,
        problem: "it belongs to the registry's own files",
      });
    }
  }

  #markerOf({ name, version }: VersionKey): string {
    return join(this.#directory, name, `.${version}.incomplete`);
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!/^\.\.(?:[\\/]|$)/.test(way) && !isAbsolute(way));
}
