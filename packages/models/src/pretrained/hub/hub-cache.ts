import { randomUUID } from "node:crypto";
import { lstatSync } from "node:fs";
import { copyFile, link, mkdir, readFile, rename, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { isCommit } from "./hub-reference.ts";

/**
 * One model's part of the cache that programs in Python and JavaScript share.
 *
 * `blobs/<etag>` holds contents, `snapshots/<commit>/<path>` links to them, `refs/<revision>` names the
 * commit that it led to, `.no_exist/<commit>/<path>` notes that a commit has no such file. Source:
 * https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export class HubCache {
  readonly #folder: string;
  /** Where those who fetch this model wait for each other. */
  readonly lock: string;

  /** @param cache The folder of all models. */
  constructor(cache: string, repository: string) {
    const name = `models--${repository.replace("/", "--")}`;
    this.#folder = join(cache, name);
    this.lock = join(cache, ".locks", name, "modelwright.lock");
  }

  blob(etag: string): string {
    return join(this.#folder, "blobs", etag);
  }

  snapshot(commit: string): string {
    return join(this.#folder, "snapshots", commit);
  }

  /** The commit that a revision led to when it was last asked for. */
  async readRef(revision: string): Promise<string | undefined> {
    const text = await readFile(join(this.#folder, "refs", revision), "utf8").catch(() => "");
    return isCommit(text.trim()) ? text.trim() : undefined;
  }

  async writeRef(revision: string, commit: string): Promise<void> {
    if (revision === commit || (await this.readRef(revision)) === commit) return;
    await writeWhole(join(this.#folder, "refs", revision), commit);
  }

  async has(commit: string, path: string): Promise<boolean> {
    return isFile(join(this.snapshot(commit), path));
  }

  /** Whether it is known, without asking, that a commit has no such file. */
  async lacks(commit: string, path: string): Promise<boolean> {
    return isFile(this.#noExist(commit, path));
  }

  async noteMissing(commit: string, path: string): Promise<void> {
    if (await this.lacks(commit, path)) return;
    await writeWhole(this.#noExist(commit, path), "");
  }

  #noExist(commit: string, path: string): string {
    return join(this.#folder, ".no_exist", commit, path);
  }

  /**
   * Puts a blob into a snapshot. Where the system does not let one make symbolic links, it becomes a second
   * name or a copy.
   */
  async place(etag: string, commit: string, path: string): Promise<void> {
    const blob = this.blob(etag);
    const place = join(this.snapshot(commit), path);
    const fresh = `${place}.${randomUUID()}`;
    await mkdir(dirname(place), { recursive: true });
    await symlink(relative(dirname(place), blob), fresh)
      .catch(() => link(blob, fresh))
      .catch(() => copyFile(blob, fresh));
    await rename(fresh, place);
  }
}

const SNAPSHOT = /[\\/]snapshots[\\/][0-9a-f]{40}[\\/]/;

/** Where the files of a model really lie to which a path in a snapshot of the cache leads; undefined for any other path. */
export function hubStore(path: string): string | undefined {
  const { index } = SNAPSHOT.exec(path) ?? {};
  if (index === undefined) return undefined;
  const store = join(path.slice(0, index), "blobs");
  // A link in the place of the store could lead anywhere.
  return lstatSync(store, { throwIfNoEntry: false })?.isDirectory() === true ? store : undefined;
}

/** Nobody sees half of what is written. */
async function writeWhole(file: string, text: string): Promise<void> {
  const fresh = `${file}.${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(fresh, text);
    await rename(fresh, file);
  } catch (error) {
    await unlink(fresh).catch(() => {});
    throw error;
  }
}

export function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
