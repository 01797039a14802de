import { createHash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bucket } from "./bucket.ts";

/** Tries without a byte of progress. */
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 200;
/** A body that says nothing for so long is given up. */
const SILENCE_MS = 30_000;
const DISK = new Set(["ENOSPC", "EDQUOT", "EROFS", "EIO", "EFBIG"]);

/**
 * Fetches an object into a new, synced file. Where the connection breaks it goes on from the byte that came last.
 *
 * @returns The digest of what came; undefined where there is no such object. Then there is no file.
 */
export async function download(
  bucket: Bucket,
  { key, path, silenceMs = SILENCE_MS }: { readonly key: string; readonly path: string; readonly silenceMs?: number },
): Promise<string | undefined> {
  const file = await open(path, "wx");
  let sha256: string | undefined;
  try {
    sha256 = await fetchInto(file, { bucket, key, silenceMs });
    if (sha256 !== undefined) await file.sync();
    return sha256;
  } finally {
    await file.close();
    if (sha256 === undefined) await rm(path, { force: true });
  }
}

interface Fetch {
  readonly bucket: Bucket;
  readonly key: string;
  readonly silenceMs: number;
}

async function fetchInto(file: FileHandle, { bucket, key, silenceMs }: Fetch): Promise<string | undefined> {
  const hash = createHash("sha256");
  let received = 0;
  for (let attempt = 1; ; attempt++) {
    const found = await bucket.open(key, received);
    if (found === undefined) return undefined;
    const before = received;
    try {
      for await (const chunk of withoutSilence(found.body, silenceMs)) {
        hash.update(chunk);
        await file.writeFile(chunk);
        received += chunk.byteLength;
      }
      if (received >= found.sizeBytes) return hash.digest("hex");
      throw new Error(`the connection ended after ${received} of ${found.sizeBytes} bytes`);
    } catch (cause) {
      if (isOfDisk(cause)) throw cause;
      if (received > before) attempt = 1;
      if (attempt >= ATTEMPTS) throw bucket.failure(cause, key);
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

async function* withoutSilence(body: Readable, silenceMs: number): AsyncGenerator<Buffer> {
  const give = () => body.destroy(new Error(`no byte came for ${silenceMs / 1000} s`));
  let timer = setTimeout(give, silenceMs);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(give, silenceMs);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** A full disk is no fault of the connection. */
function isOfDisk(error: unknown): boolean {
  return DISK.has((error as NodeJS.ErrnoException).code ?? "");
}
