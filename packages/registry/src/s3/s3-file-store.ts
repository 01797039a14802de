import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type ManifestFile, ModelwrightError } from "@modelwright/contracts";
import { requireFile } from "../artifacts/require-file.ts";
import { atOnce } from "../files/at-once.ts";
import { type ContentDigest, digestBytes, digestFile } from "../files/digest.ts";
import type { ExpectedFile, FileProblem, FileStore, SealedFolder, VersionKey } from "../files/file-store.ts";
import { LocalFolders } from "../files/local-folders.ts";
import { makeDirectory } from "../files/sync.ts";
import type { Leftover, LeftoverQuery } from "../garbage/leftover.ts";
import { sealFolder } from "../versions/folder-content.ts";
import type { Bucket } from "./bucket.ts";
import { ContentStore } from "./content-store.ts";
import { LocalCopies, WrongContent } from "./local-copies.ts";
import { listText, parseList } from "./version-list.ts";

export const VERSIONS = "models/";
/** Versions whose files and record may not agree: empty objects `doubtful/<name>/<version>`. */
const DOUBTFUL = "doubtful/";
export const TRIALS = "trial/";

const FILES_AT_ONCE = 4;
/** A store that did not answer is not asked for what a copy tells as well for so long: each time would cost seconds. */
const LEAVE_ALONE_MS = 30_000;

/** The files of a version, and what its folder of copies is called. */
interface StoredList {
  readonly files: readonly ManifestFile[];
  readonly folder: string;
}

/**
 * Files in a bucket of S3, or of a store that speaks as it does:
 *
 * - `content/sha256/ab/cdef…`: the content of every file and artifact, each once;
 * - `models/<name>/<version>.json`: which content the files of a version have;
 * - `doubtful/<name>/<version>`: what a change brackets.
 *
 * Content goes up before the transaction, the list within it and last, so a version is there as a whole or not at all.
 * What is read is fetched once and kept on this machine; while the bucket cannot be reached, those copies serve.
 */
export class S3FileStore implements FileStore {
  readonly location: string;
  readonly #bucket: Bucket;
  readonly #content: ContentStore;
  readonly #local: LocalFolders;
  readonly #copies: LocalCopies;
  readonly #lists: string;
  #askAgainAt = 0;

  /** @param local Folder of this machine. */
  constructor(bucket: Bucket, local: string) {
    const directory = resolve(local);
    this.location = bucket.address.location;
    this.#bucket = bucket;
    this.#content = new ContentStore(bucket);
    this.#local = new LocalFolders(directory);
    this.#copies = new LocalCopies(join(directory, "copies"), { limit: bucket.address.cacheBytes });
    this.#lists = join(directory, "copies", "lists");
  }

  async putArtifact(name: string, content: string | Uint8Array): Promise<ContentDigest> {
    if (typeof content === "string") await requireFile(name, content);
    const digest = typeof content === "string" ? await digestFile(content) : digestBytes(content);
    await this.#content.put(content, digest, { isRenewed: true });
    return digest;
  }

  async openArtifact(sha256: string): Promise<string> {
    const path = await this.#copies.soundContent(sha256);
    if (path !== undefined) return path;
    try {
      return await this.#copies.repair(sha256, this.#fetch);
    } catch (error) {
      if (!(error instanceof WrongContent)) throw error;
      if (error.got === undefined) throw new ModelwrightError("REGISTRY_ARTIFACT_UNKNOWN", { sha256 });
      throw new ModelwrightError("REGISTRY_ARTIFACT_CORRUPT", { sha256, path: this.location, got: error.got });
    }
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

  async seal(stagingDirectory: string): Promise<SealedFolder> {
    const directory = resolve(stagingDirectory);
    const files = await sealFolder(directory);
    const put = () => atOnce(FILES_AT_ONCE, files, (file) => this.#content.put(join(directory, file.path), file));
    await put();
    const all = new Map(files.map((file) => [file.path, file]));
    return {
      files,
      write: async (path, bytes) => {
        const file = { path, ...digestBytes(bytes) };
        await this.#content.put(bytes, file);
        all.set(path, file);
        return file;
      },
      place: async (key) => {
        await this.condemn(key);
        // Content that was there already, and to which nothing referred, may have been removed since.
        await put();
        const list = Buffer.from(listText([...all.values()]));
        await this.#bucket.put(listKey(key), list, digestBytes(list));
        await this.#keepList(key, list);
      },
      withdraw: (key) => this.remove(key),
      release: async (outcome) => {
        if (outcome === "refused") return;
        await atOnce(FILES_AT_ONCE, files, ({ path, sha256 }) => this.#copies.adopt(sha256, join(directory, path)));
        await rm(directory, { recursive: true, force: true });
      },
    };
  }

  async lastNumber(name: string): Promise<number> {
    let last = 0;
    for await (const { key } of this.#bucket.list(`${VERSIONS}${name}/`)) {
      const [, version = "0"] = /\/([1-9]\d{0,8})\.json$/.exec(key) ?? [];
      last = Math.max(last, Number(version));
    }
    return last;
  }

  condemn(key: VersionKey): Promise<void> {
    const nothing = new Uint8Array();
    return this.#bucket.put(doubtKey(key), nothing, digestBytes(nothing));
  }

  settle(key: VersionKey): Promise<void> {
    return this.#bucket.remove(doubtKey(key));
  }

  /** Its content stays until `collectGarbage`: other versions may have the same. */
  async remove(key: VersionKey): Promise<void> {
    await this.#bucket.remove(listKey(key));
    await rm(this.#listPath(key), { force: true });
    await this.settle(key);
  }

  async materialise(key: VersionKey): Promise<string> {
    const list = await this.#list(key);
    if (list === undefined) throw this.#corrupt(key, [{ file: ".", problem: "is missing" }]);
    try {
      return await this.#copies.folder(list.folder, list.files, this.#fetch);
    } catch (error) {
      if (!(error instanceof WrongContent)) throw error;
      const problems = list.files.flatMap(({ path, sha256 }) => {
        if (sha256 !== error.sha256) return [];
        const problem = error.got === undefined ? "is missing" : `has SHA-256 ${error.got}, registered with ${sha256}`;
        return [{ file: path, problem }];
      });
      throw this.#corrupt(key, problems);
    }
  }

  /**
   * Copies on this machine are read, and fetched anew where they are damaged; of what was never fetched the store is asked
   * for the digest, which it compared when the content came.
   */
  async compare(key: VersionKey, expected: readonly ExpectedFile[]): Promise<FileProblem[]> {
    const list = await this.#list(key);
    if (list === undefined) return [{ file: ".", problem: "is missing" }];
    const found = new Map(list.files.map((file) => [file.path, file]));
    const problems = new Map<string, string>();
    await atOnce(FILES_AT_ONCE, expected, async ({ path, sha256, sizeBytes }) => {
      const file = found.get(path);
      found.delete(path);
      const problem = differenceOf(file, { sha256, sizeBytes }) ?? (await this.#problemOf(list, file!));
      if (problem !== undefined) problems.set(path, problem);
    });
    for (const path of found.keys()) problems.set(path, "was not registered");
    return [...problems].map(([file, problem]) => ({ file, problem }));
  }

  async clean(hasRecord: (key: VersionKey) => Promise<boolean>): Promise<void> {
    for await (const { key: doubt } of this.#bucket.list(DOUBTFUL)) {
      const [name = "", version] = doubt.slice(DOUBTFUL.length).split("/");
      const key = { name, version: Number(version) };
      if (await hasRecord(key)) await this.settle(key);
      else await this.remove(key);
    }
  }

  async *leftovers(query: LeftoverQuery): AsyncGenerator<Leftover> {
    const others = await this.#contentOfOthers(query);
    const isNamed = (sha256: string) => query.isNamed(sha256) || others.has(sha256);
    yield* this.#content.leftovers({ before: query.before, isNamed });
    for (const trial of await this.#trials(query.before)) yield trial;
    yield* this.#local.leftovers(query);
    for await (const { path, sizeBytes, remove } of this.#copies.unused(query.before)) {
      yield { kind: "cache", title: path, sizeBytes, remove };
    }
  }

  /** Content of versions that are in no doubt and have no record here: another copy of the database may have it. */
  async #contentOfOthers({ hasRecord, before }: LeftoverQuery): Promise<Set<string>> {
    const left = new Set<string>();
    for await (const { key, modifiedAt } of this.#bucket.list(DOUBTFUL)) {
      if (modifiedAt < before) left.add(key.slice(DOUBTFUL.length));
    }
    const others = new Set<string>();
    for await (const { key } of this.#bucket.list(VERSIONS)) {
      const [, name, number] = /^models\/([^/]+)\/(\d+)\.json$/.exec(key) ?? [];
      if (name === undefined || left.has(`${name}/${number}`)) continue;
      const version = { name, version: Number(number) };
      if (hasRecord(version)) continue;
      const bytes = await this.#bucket.read(key);
      if (bytes === undefined) continue;
      const files = parseList(Buffer.from(bytes).toString("utf8"), { ...version, location: this.location });
      for (const { sha256 } of files) others.add(sha256);
    }
    return others;
  }

  /** What a killed trial of the bucket left. */
  async #trials(before: Date): Promise<Leftover[]> {
    const found: Leftover[] = [];
    for await (const { key, sizeBytes, modifiedAt } of this.#bucket.list(TRIALS)) {
      if (modifiedAt >= before) continue;
      const remove = () => this.#bucket.remove(key).then(() => true);
      found.push({ kind: "unfinished", title: `${this.location}/${key}`, sizeBytes, remove });
    }
    return found;
  }

  /** What is wrong with the content of a file; undefined where nothing is. */
  async #problemOf({ folder }: StoredList, file: ManifestFile): Promise<string | undefined> {
    const copy = await this.#copies.fileOf(folder, file.path);
    if (copy !== undefined && (await isOf(copy, file.sha256))) return undefined;
    if ((await this.#copies.soundContent(file.sha256)) === undefined) {
      if (copy === undefined && !(await this.#copies.hasContent(file.sha256))) return this.#content.problem(file);
      try {
        await this.#copies.repair(file.sha256, this.#fetch);
      } catch (error) {
        if (!(error instanceof WrongContent)) throw error;
        return error.got === undefined ? "is missing" : `has SHA-256 ${error.got}, registered with ${file.sha256}`;
      }
    }
    if (copy !== undefined) await this.#copies.replace(folder, file);
    return undefined;
  }

  readonly #fetch = (sha256: string, path: string) => this.#content.fetch(sha256, path);

  /** The list of a version's files; while the bucket cannot be reached, the one that was read last. */
  async #list(key: VersionKey): Promise<StoredList | undefined> {
    const kept = await readFile(this.#listPath(key)).catch(() => undefined);
    let bytes: Uint8Array | undefined;
    if (kept !== undefined && Date.now() < this.#askAgainAt) {
      bytes = kept;
    } else {
      try {
        bytes = await this.#bucket.read(listKey(key));
        if (bytes !== undefined && Buffer.compare(bytes, kept ?? new Uint8Array()) !== 0)
          await this.#keepList(key, bytes);
      } catch (error) {
        if (kept === undefined) throw error;
        this.#askAgainAt = Date.now() + LEAVE_ALONE_MS;
        bytes = kept;
      }
    }
    if (bytes === undefined) return undefined;
    const files = parseList(Buffer.from(bytes).toString("utf8"), { ...key, location: this.location });
    return { files, folder: `${key.name}~${key.version}~${digestBytes(bytes).sha256.slice(0, 16)}` };
  }

  async #keepList(key: VersionKey, bytes: Uint8Array): Promise<void> {
    const path = this.#listPath(key);
    await makeDirectory(dirname(path));
    await writeFile(path, bytes);
  }

  #listPath({ name, version }: VersionKey): string {
    return join(this.#lists, name, `${version}.json`);
  }

  #corrupt({ name, version }: VersionKey, problems: readonly FileProblem[]): ModelwrightError {
    return new ModelwrightError("REGISTRY_VERSION_CORRUPT", { name, version, location: this.location, problems });
  }
}

function listKey({ name, version }: VersionKey): string {
  return `${VERSIONS}${name}/${version}.json`;
}

function doubtKey({ name, version }: VersionKey): string {
  return `${DOUBTFUL}${name}/${version}`;
}

/** How what is listed differs from what is expected. */
function differenceOf(
  file: ManifestFile | undefined,
  { sha256, sizeBytes }: { readonly sha256: string; readonly sizeBytes: number | undefined },
): string | undefined {
  if (file === undefined) return "is missing";
  if (sizeBytes !== undefined && file.sizeBytes !== sizeBytes) {
    return `has ${file.sizeBytes} bytes, registered with ${sizeBytes}`;
  }
  return file.sha256 === sha256 ? undefined : `has SHA-256 ${file.sha256}, registered with ${sha256}`;
}

function isOf(path: string, sha256: string): Promise<boolean> {
  return digestFile(path).then(
    (found) => found.sha256 === sha256,
    () => false,
  );
}
