import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ModelwrightError } from "@modelwright/contracts";
import { type HubCache, isFile } from "./hub-cache.ts";
import type { HubClient, HubFile } from "./hub-client.ts";

/** Connections in a row that may break without having brought a byte. */
const BARREN_CONNECTIONS = 4;
/** A whole file whose digest is wrong is fetched once more from its first byte. */
const WHOLE_TRIES = 2;

/** What a disk says that takes no more; all else is the connection's. */
const DISK_FAILURES: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EROFS", "EIO", "EFBIG", "EBADF"]);

/** Where a file goes, and who is told of it. */
export interface BlobTask {
  readonly client: HubClient;
  readonly cache: HubCache;
  readonly commit: string;
  readonly signal?: AbortSignal | undefined;
  /** As `HubClientOptions.retryMs`. */
  readonly retryMs?: number | undefined;
  /** Told of bytes that came, or with a negative number of some that were thrown away. */
  readonly onBytes: (count: number) => void;
}

/** Bytes of a file that an earlier try left; they are not fetched again. */
export function partialFile(cache: HubCache, { etag }: HubFile): string {
  return `${cache.blob(etag)}.modelwright.incomplete`;
}

/**
 * Fetches a file into the cache's blobs: from where an earlier try broke off, again where the connection
 * breaks, and only whole and with the right digest under its name.
 *
 * @throws {ModelwrightError} `HUB_…`; what came until then stays for the next try.
 */
export async function fetchBlob(file: HubFile, task: BlobTask): Promise<void> {
  const blob = task.cache.blob(file.etag);
  if (await isFile(blob)) return;
  const partial = partialFile(task.cache, file);
  await mkdir(dirname(blob), { recursive: true });
  const handle = await open(partial, "a");
  try {
    for (let attempt = 1; ; attempt++) {
      const problem = await complete(file, { ...task, handle, partial });
      if (problem === undefined) break;
      await handle.truncate(0);
      task.onBytes(-file.size);
      if (attempt < WHOLE_TRIES) continue;
      throw new ModelwrightError("HUB_FILE_CHANGED", { base: task.client.base, file: file.path, ...problem });
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, blob);
}

/** Brings a partial file to its full size; returns what is wrong with it then. */
async function complete(
  file: HubFile,
  task: BlobTask & { readonly handle: FileHandle; readonly partial: string },
): Promise<{ readonly rule: string; readonly got: string } | undefined> {
  const { client, commit, handle, partial, onBytes } = task;
  let { size: have } = await handle.stat();
  if (have > file.size) {
    await handle.truncate(0);
    onBytes(-file.size);
    have = 0;
  }
  const hash = startHash(file);
  if (have > 0) for await (const chunk of createReadStream(partial)) hash.update(chunk);
  for (let barren = 0; have < file.size; ) {
    const before = have;
    let broken: unknown = new Error("the connection ended early");
    try {
      for await (const chunk of client.bytes(commit, file.path, have)) {
        const wanted = chunk.subarray(0, file.size - have);
        await handle.appendFile(wanted);
        hash.update(wanted);
        have += wanted.length;
        onBytes(wanted.length);
        if (wanted.length < chunk.length) return { rule: `${file.size} bytes`, got: "more" };
      }
    } catch (error) {
      if (error instanceof ModelwrightError || DISK_FAILURES.has(codeOf(error))) throw error;
      task.signal?.throwIfAborted();
      broken = error;
    }
    if (have === file.size) break;
    barren = have > before ? 0 : barren + 1;
    if (barren === BARREN_CONNECTIONS) throw client.unreachable(broken);
    await pause((task.retryMs ?? 1000) * 2 ** barren, undefined, { signal: task.signal });
  }
  const got = hash.digest("hex");
  return got === file.etag ? undefined : { rule: `the digest ${file.etag}`, got };
}

/**
 * A digest by which the hub names the content: of the bytes, or of git's blob, which puts their number before
 * them.
 */
function startHash({ hash, size }: HubFile): Hash {
  return hash === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${size}\0`);
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
