import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { fetchBlob, partialFile } from "./fetch-blob.ts";
import { underLock } from "./file-lock.ts";
import { HubCache } from "./hub-cache.ts";
import { HubClient, type HubFile } from "./hub-client.ts";
import { type HubReference, isCommit, writeHubReference } from "./hub-reference.ts";
import { type Environment, type HubSettings, readHubSettings } from "./hub-settings.ts";
import { neededFiles, SHARD_INDEX } from "./needed-files.ts";
import { readFiles, type SnapshotState, snapshotState } from "./snapshot-state.ts";

/** A model of the hub in the cache of this machine. */
export interface HubSnapshot {
  /** A folder in Hugging Face's layout. */
  readonly directory: string;
  /** The state to which the revision led. */
  readonly commit: string;
  /** Of the files that loading it may read. */
  readonly bytes: number;
  /** How many of them came over the network just now. */
  readonly fetched: number;
  /** Why the hub was not asked to which commit the revision leads today, where it could not be. */
  readonly unasked?: string;
}

/** How far a download is. */
export interface HubProgress {
  /** The file that comes. */
  readonly file: string;
  /** Bytes of all files that are here; what an earlier try brought is among them. */
  readonly done: number;
  readonly total: number;
  /** Since this download began. */
  readonly bytesPerSecond: number;
}

export interface HubSnapshotOptions {
  /** Path of the ONNX file that is taken, among the model's files: `onnx/model_fp16.onnx`. Default: none, where there are other weights. */
  readonly file?: string | undefined;
  /**
   * Where `HF_HOME`, `HF_HUB_CACHE`, `HF_TOKEN`, `HF_ENDPOINT`, `HF_HUB_OFFLINE` are looked up. Default: of
   * the process.
   */
  readonly env?: Environment;
  /** Aborting it ends the download with the signal's reason; what came stays for the next time. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: HubProgress) => void) | undefined;
  /** Told once when another process is fetching the same model. */
  readonly onWait?: () => void;
  /** As `HubClientOptions.retryMs`. */
  readonly retryMs?: number;
}

/**
 * Sees that the files of a model are in the cache that all of Hugging Face's programs share, and fetches
 * those that are not.
 *
 * A commit that is there is used without asking anybody. A branch or tag is asked for each time; where the
 * hub cannot be reached, the commit to which it led last is used.
 *
 * @throws {ModelwrightError} `HUB_…`.
 */
export async function hubSnapshot(reference: HubReference, options: HubSnapshotOptions = {}): Promise<HubSnapshot> {
  const settings = await readHubSettings(options.env ?? process.env);
  const base = writeHubReference(reference);
  try {
    return await new Fetching(reference, settings, options).snapshot();
  } catch (error) {
    throw cacheFailure(error, { base, cache: settings.cache }) ?? error;
  }
}

/** One call of `hubSnapshot`. */
class Fetching {
  readonly #reference: HubReference;
  readonly #settings: HubSettings;
  readonly #options: HubSnapshotOptions;
  readonly #cache: HubCache;
  readonly #client: HubClient;

  constructor(reference: HubReference, settings: HubSettings, options: HubSnapshotOptions) {
    const { signal, retryMs } = options;
    this.#reference = reference;
    this.#settings = settings;
    this.#options = options;
    this.#cache = new HubCache(settings.cache, reference.repository);
    this.#client = new HubClient(reference, { settings, signal, retryMs });
  }

  async snapshot(): Promise<HubSnapshot> {
    if (this.#settings.offline) return this.#offline();
    const { revision } = this.#reference;
    if (isCommit(revision)) return this.#ofCommit(revision);
    let commit: string;
    try {
      commit = await this.#client.commit();
    } catch (error) {
      if (!(error instanceof ModelwrightError && error.code === "HUB_UNREACHABLE")) throw error;
      const last = await this.#lastKnown();
      if (last === undefined) throw error;
      return { ...last, unasked: (error as ModelwrightError<"HUB_UNREACHABLE">).details.problem };
    }
    const snapshot = await this.#ofCommit(commit);
    await unlessReadOnly(this.#cache.writeRef(revision, commit));
    return snapshot;
  }

  /** @throws {ModelwrightError} `HUB_OFFLINE`. */
  async #offline(): Promise<HubSnapshot> {
    const { cache } = this.#settings;
    const { revision } = this.#reference;
    const commit = isCommit(revision) ? revision : await this.#cache.readRef(revision);
    const base = this.#client.base;
    if (commit === undefined) {
      throw new ModelwrightError("HUB_OFFLINE", { base, cache, problem: `revision "${revision}" is not` });
    }
    const state = await snapshotState(this.#cache, commit, this.#options.file);
    const [missing] = state.missing;
    if (missing !== undefined) {
      throw new ModelwrightError("HUB_OFFLINE", { base, cache, problem: `${missing} of commit ${commit} is not` });
    }
    return this.#found(commit, state);
  }

  /** What can be used without the hub; undefined where that is not enough. */
  async #lastKnown(): Promise<HubSnapshot | undefined> {
    const commit = await this.#cache.readRef(this.#reference.revision);
    if (commit === undefined) return undefined;
    const state = await snapshotState(this.#cache, commit, this.#options.file);
    return state.missing.length === 0 ? this.#found(commit, state) : undefined;
  }

  #found(commit: string, { bytes }: SnapshotState): HubSnapshot {
    return { directory: this.#cache.snapshot(commit), commit, bytes, fetched: 0 };
  }

  async #ofCommit(commit: string): Promise<HubSnapshot> {
    const state = await snapshotState(this.#cache, commit, this.#options.file);
    if (state.missing.length === 0 && state.unknown.length === 0) return this.#found(commit, state);
    const { base } = this.#client;
    const { repository } = this.#reference;
    const listed = await this.#client.files(commit);
    const files = neededFiles(listed, { base, repository, file: this.#options.file });
    const absent = await this.#absent(commit, files);
    const fetched = absent.length === 0 ? 0 : await this.#fetch(commit, absent);
    await this.#noteMissing(commit, listed);
    const now = await snapshotState(this.#cache, commit, this.#options.file);
    const [missing] = now.missing;
    if (missing === undefined) return { ...this.#found(commit, now), fetched };
    throw new ModelwrightError("HUB_FILES_UNFIT", {
      base,
      problem: `its ${SHARD_INDEX} names ${missing}, which commit ${commit} does not have`,
      instead: "Take another revision, or tell the owner of the model.",
    });
  }

  async #absent(commit: string, files: readonly HubFile[]): Promise<readonly HubFile[]> {
    const has = await Promise.all(files.map(({ path }) => this.#cache.has(commit, path)));
    return files.filter((_, at) => !has[at]);
  }

  /** Fetches files one after the other; returns how many bytes came. */
  #fetch(commit: string, files: readonly HubFile[]): Promise<number> {
    const { signal, onWait, onProgress, retryMs } = this.#options;
    return underLock(this.#cache.lock, { signal, ...(onWait === undefined ? {} : { onWait }) }, async () => {
      const total = files.reduce((sum, { size }) => sum + size, 0);
      const before = (await Promise.all(files.map((file) => this.#bytesHere(file)))).reduce((a, b) => a + b, 0);
      await this.#checkRoom(total - before);
      const started = performance.now();
      let fetched = 0;
      for (const file of files) {
        await fetchBlob(file, {
          client: this.#client,
          cache: this.#cache,
          commit,
          signal,
          retryMs,
          onBytes: (count) => {
            fetched += count;
            const bytesPerSecond = (fetched / Math.max(1, performance.now() - started)) * 1000;
            onProgress?.({ file: file.path, done: before + fetched, total, bytesPerSecond });
          },
        });
        await this.#cache.place(file.etag, commit, file.path);
      }
      return fetched;
    });
  }

  async #bytesHere(file: HubFile): Promise<number> {
    for (const place of [this.#cache.blob(file.etag), partialFile(this.#cache, file)]) {
      const found = await stat(place).catch(() => undefined);
      if (found !== undefined) return Math.min(found.size, file.size);
    }
    return 0;
  }

  /** @throws {ModelwrightError} `HUB_DISK_FULL` before anything is fetched. */
  async #checkRoom(needed: number): Promise<void> {
    // The lock is there, hence so is its disk.
    const disk = await statfs(dirname(this.#cache.lock));
    const free = disk.bavail * disk.bsize;
    if (free >= needed) return;
    const { cache } = this.#settings;
    const [want, have] = [needed, free].map(mebibytes);
    throw new ModelwrightError("HUB_DISK_FULL", { base: this.#client.base, cache, needed: want!, free: have! });
  }

  /** Notes which files the commit does not have, so that nobody has to ask again. */
  async #noteMissing(commit: string, files: readonly HubFile[]): Promise<void> {
    const listed = new Set(files.map(({ path }) => path));
    const { optional } = await readFiles(this.#cache, commit, this.#options.file);
    for (const path of optional) if (!listed.has(path)) await unlessReadOnly(this.#cache.noteMissing(commit, path));
  }
}

/** A cache that only others may write is used as it is: a note that cannot be kept costs one more request. */
async function unlessReadOnly(work: Promise<void>): Promise<void> {
  await work.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EACCES" && error.code !== "EROFS" && error.code !== "EPERM") throw error;
  });
}

const FULL: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT"]);

/** What the system says of the cache's disk as an error that says what to do; undefined for any other. */
function cacheFailure(
  error: unknown,
  where: { readonly base: string; readonly cache: string },
): ModelwrightError | undefined {
  if (error instanceof ModelwrightError || !(error instanceof Error)) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return undefined;
  if (FULL.has(code)) {
    return new ModelwrightError("HUB_DISK_FULL", { ...where, needed: "more bytes", free: "none" }, { cause: error });
  }
  return new ModelwrightError("HUB_CACHE_UNFIT", { ...where, problem: error.message }, { cause: error });
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString("en-US")} MiB`;
}
