import { copyFile, link, lstat, mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ManifestFile } from "@modelwright/contracts";
import { digestFile } from "../files/digest.ts";
import { ScratchDirectory } from "../files/scratch-directory.ts";
import { Uses } from "./uses.ts";

/** Fetches content into a new file; returns the digest of what came, or undefined where there is none. */
export type FetchContent = (sha256: string, path: string) => Promise<string | undefined>;

/** What came instead of the content that was asked for; `got` is undefined where nothing is there. */
export class WrongContent extends Error {
  readonly sha256: string;
  readonly got: string | undefined;

  constructor(sha256: string, got: string | undefined) {
    super(`${sha256}: ${got === undefined ? "is not there" : `came as ${got}`}`);
    this.sha256 = sha256;
    this.got = got;
  }
}

/** A copy that nobody uses now. */
export interface UnusedCopy {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedAt: Date;
  /** @returns False where somebody uses it after all. */
  readonly remove: () => Promise<boolean>;
}

/**
 * Copies on this machine of what lies in a store elsewhere, for any number of processes:
 *
 * - `content/<ab>/<cdef…>`: by digest, each once;
 * - `folders/<name>`: of them, folders as they are read, by links;
 * - `uses/<name>`: which processes use which folder;
 * - `unfinished`: on its way.
 *
 * A copy appears by a rename after its digest was compared, so it is whole or absent. What was used longest ago goes when
 * there is more than the limit; a folder that a running process uses stays.
 */
export class LocalCopies {
  readonly #directory: string;
  readonly #limit: number;
  readonly #scratch: ScratchDirectory;
  readonly #uses: Uses;
  #clearing: Promise<unknown> = Promise.resolve();

  /** @param options.limit Bytes. */
  constructor(directory: string, { limit }: { readonly limit: number }) {
    this.#directory = directory;
    this.#limit = limit;
    this.#scratch = new ScratchDirectory(join(directory, "unfinished"));
    this.#uses = new Uses(join(directory, "uses"));
  }

  /** Path of a copy, checked when it came, not now. Fetches what is not there. */
  async content(sha256: string, fetch: FetchContent): Promise<string> {
    const path = this.#contentPath(sha256);
    const now = new Date();
    // Its time says when it was used last.
    const isThere = await utimes(path, now, now).then(
      () => true,
      () => false,
    );
    if (!isThere) await this.#fetched(sha256, fetch);
    return path;
  }

  /** Fetches content anew in place of a copy that is damaged. */
  async repair(sha256: string, fetch: FetchContent): Promise<string> {
    await this.#fetched(sha256, fetch);
    return this.#contentPath(sha256);
  }

  /** Path of a copy that has the content; undefined where there is none. */
  async soundContent(sha256: string): Promise<string | undefined> {
    const path = this.#contentPath(sha256);
    const found = await digestFile(path).catch(() => undefined);
    return found?.sha256 === sha256 ? path : undefined;
  }

  /** Whether there is a copy, sound or not. */
  async hasContent(sha256: string): Promise<boolean> {
    return (await stat(this.#contentPath(sha256)).catch(() => undefined)) !== undefined;
  }

  /** Takes a file for the copy of its content, and away from where it is, if it lies on the same disk. */
  async adopt(sha256: string, path: string): Promise<void> {
    const target = this.#contentPath(sha256);
    await mkdir(dirname(target), { recursive: true });
    await rename(path, target).catch(() => {});
    const now = new Date();
    await utimes(target, now, now).catch(() => {});
  }

  /** A folder with these files, which stays as long as this process runs. */
  async folder(name: string, files: readonly ManifestFile[], fetch: FetchContent): Promise<string> {
    await this.#uses.note(name);
    const folder = this.#folderPath(name);
    await mkdir(folder, { recursive: true });
    for (const { path, sha256, sizeBytes } of files) {
      const target = join(folder, path);
      const found = await lstat(target).catch(() => undefined);
      if (found?.isFile() && found.size === sizeBytes) continue;
      await this.#place(target, () => this.content(sha256, fetch));
    }
    await this.#clear();
    return folder;
  }

  /** Path of a file of a folder; undefined where it is not there. */
  async fileOf(name: string, path: string): Promise<string | undefined> {
    const file = join(this.#folderPath(name), path);
    return (await lstat(file).catch(() => undefined)) === undefined ? undefined : file;
  }

  /** Puts the copy of content in the place of a file of a folder, which is damaged. */
  async replace(name: string, { path, sha256 }: Pick<ManifestFile, "path" | "sha256">): Promise<void> {
    await this.#place(join(this.#folderPath(name), path), async () => this.#contentPath(sha256));
  }

  /** Folders and content that nobody uses, and that nobody has used since; the longest unused first. */
  async *unused(before: Date): AsyncGenerator<UnusedCopy> {
    await this.#scratch.clean();
    yield* await this.#unusedContent(before);
    yield* await this.#unusedFolders(before);
  }

  async #fetched(sha256: string, fetch: FetchContent): Promise<void> {
    await this.#scratch.clean();
    // The second time in case that it was damaged on its way.
    for (let isLast = false; ; isLast = true) {
      const unfinished = await this.#scratch.reserve();
      try {
        const got = await fetch(sha256, unfinished);
        if (got === sha256) {
          await mkdir(dirname(this.#contentPath(sha256)), { recursive: true });
          await rename(unfinished, this.#contentPath(sha256));
          return;
        }
        if (got === undefined || isLast) throw new WrongContent(sha256, got);
      } finally {
        await rm(unfinished, { force: true });
      }
    }
  }

  /** Links content to a place in a folder, where another file may be. */
  async #place(target: string, content: () => Promise<string>): Promise<void> {
    await mkdir(dirname(target), { recursive: true });
    for (;;) {
      const source = await content();
      const unfinished = await this.#scratch.reserve();
      try {
        // Not every file system has links.
        await link(source, unfinished).catch(() => copyFile(source, unfinished));
        await rename(unfinished, target);
        return;
      } catch (error) {
        // Another process has just made room.
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
        await mkdir(dirname(target), { recursive: true });
      } finally {
        // Where both are links to one file, a rename leaves both.
        await rm(unfinished, { force: true });
      }
    }
  }

  /** Makes room where there is more than the limit; one call after the other. */
  #clear(): Promise<void> {
    const next = this.#clearing.then(() => this.#makeRoom());
    this.#clearing = next.catch(() => {});
    return next;
  }

  async #makeRoom(): Promise<void> {
    let total = (await this.#contents()).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (total <= this.#limit) return;
    for await (const copy of this.unused(new Date())) {
      if (total <= this.#limit) return;
      if (await copy.remove()) total -= copy.sizeBytes;
    }
  }

  async #unusedFolders(before: Date): Promise<UnusedCopy[]> {
    const names = await readdir(join(this.#directory, "folders")).catch(() => []);
    const found = await Promise.all(
      names.map(async (name) => {
        const path = this.#folderPath(name);
        const usedAt = (await this.#uses.last(name)) ?? (await stat(path)).mtime;
        const isUsed = await this.#uses.isUsed(name);
        return { path, sizeBytes: await ownBytes(path), usedAt, isUsed, remove: () => this.#removeFolder(name) };
      }),
    );
    return found.filter(({ isUsed, usedAt }) => !isUsed && usedAt < before).sort(byUse);
  }

  /** Removes a folder, and the content that was in no other. */
  #removeFolder(name: string): Promise<boolean> {
    return this.#uses.removeUnused(name, async () => {
      const unfinished = await this.#scratch.reserve();
      await rename(this.#folderPath(name), unfinished);
      const inside = new Set((await filesBelow(unfinished)).map(({ inode }) => inode));
      await rm(unfinished, { recursive: true, force: true });
      for (const { path, inode, isLinked } of await this.#contents()) {
        if (inside.has(inode) && !isLinked) await rm(path, { force: true });
      }
    });
  }

  /** Content to which no folder has a link. */
  async #unusedContent(before: Date): Promise<UnusedCopy[]> {
    return (await this.#contents())
      .filter(({ isLinked, usedAt }) => !isLinked && usedAt < before)
      .map(({ path, sizeBytes, usedAt }) => ({
        path,
        sizeBytes,
        usedAt,
        remove: async () => {
          await rm(path, { force: true });
          return true;
        },
      }))
      .sort(byUse);
  }

  #contents(): Promise<FoundFile[]> {
    return filesBelow(join(this.#directory, "content"));
  }

  #contentPath(sha256: string): string {
    return join(this.#directory, "content", sha256.slice(0, 2), sha256.slice(2));
  }

  #folderPath(name: string): string {
    return join(this.#directory, "folders", name);
  }
}

interface FoundFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedAt: Date;
  readonly inode: number;
  readonly isLinked: boolean;
  readonly links: number;
}

async function filesBelow(directory: string): Promise<FoundFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const facts = entry.isFile() ? await stat(path).catch(() => undefined) : undefined;
      if (facts === undefined) return [];
      const { size: sizeBytes, mtime: usedAt, ino: inode, nlink: links } = facts;
      return [{ path, sizeBytes, usedAt, inode, links, isLinked: links > 1 }];
    }),
  );
  return found.flat();
}

/** Bytes that go with a folder: of content that is in no other. */
async function ownBytes(directory: string): Promise<number> {
  const own = (await filesBelow(directory)).filter(({ links }) => links <= 2);
  return own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function byUse(a: { readonly usedAt: Date }, b: { readonly usedAt: Date }): number {
  return Number(a.usedAt) - Number(b.usedAt);
}
