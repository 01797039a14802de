import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { atOnce } from "../files/at-once.ts";
import { type ContentDigest, digestBytes } from "../files/digest.ts";
import type { Bucket, OpenUpload, StoredPart } from "./bucket.ts";

/** Bytes of a part; S3 wants at least 5 MiB, and at most 10,000 parts. */
const PART_BYTES = 8 * 2 ** 20;
const MOST_PARTS = 10_000;
/** In memory at a time. */
const PARTS_AT_ONCE = 3;

/** What is put, and whether it may replace what lies there. */
export interface Upload extends ContentDigest {
  readonly key: string;
  readonly unlessThere: boolean;
}

/**
 * Puts a file. One of more than a part goes up in parts, and those that an earlier try has left there are not sent again:
 * an upload that was killed goes on. Memory holds three parts, whatever its size.
 *
 * @throws {Error} When the file has changed since its digest was taken.
 */
export async function uploadFile(bucket: Bucket, path: string, upload: Upload): Promise<void> {
  const { key, sha256, sizeBytes, unlessThere } = upload;
  const file = await open(path, "r");
  try {
    if (sizeBytes <= PART_BYTES) {
      const bytes = await partOf(file, { from: 0, sizeBytes });
      if (digestBytes(bytes).sha256 !== sha256) throw changed(path);
      return await bucket.put(key, bytes, { sha256, unlessThere });
    }
    for (let hasEnded = true; hasEnded; ) hasEnded = !(await inParts(bucket, { path, file }, upload));
  } finally {
    await file.close();
  }
}

/** @returns False where another process has ended the upload meanwhile, and what it made is not there. */
async function inParts(
  bucket: Bucket,
  { path, file }: { readonly path: string; readonly file: FileHandle },
  { key, sha256, sizeBytes, unlessThere }: Upload,
): Promise<boolean> {
  const id = (await newestUpload(bucket, key)) ?? (await bucket.beginUpload(key, sha256));
  const upload = { key, id };
  const stored = await bucket.parts(upload);
  const known = new Map(stored?.map((part) => [part.number, part]));
  const partBytes = partBytesOf(sizeBytes);
  const count = Math.ceil(sizeBytes / partBytes);
  const parts: StoredPart[] = [];
  const whole = createHash("sha256");
  // Parts are read in their order, for the digest of the whole, and sent side by side.
  let hasEnded = stored === undefined;
  let reading: Promise<unknown> = Promise.resolve();
  const read = (number: number) => {
    const next = reading.then(async () => {
      const from = (number - 1) * partBytes;
      const bytes = await partOf(file, { from, sizeBytes: Math.min(partBytes, sizeBytes - from) });
      whole.update(bytes);
      return bytes;
    });
    reading = next.catch(() => {});
    return next;
  };
  await atOnce(PARTS_AT_ONCE, numbersTo(count), async (number) => {
    if (hasEnded) return;
    const bytes = await read(number);
    const digest = digestBytes(bytes).sha256;
    const before = known.get(number);
    const isThere = before?.sha256 === digest && before.sizeBytes === bytes.byteLength;
    const part = isThere ? before : await bucket.putPart(upload, { number, bytes, sha256: digest });
    if (part === undefined) hasEnded = true;
    else parts.push(part);
  });
  if (!hasEnded) {
    if (whole.digest("hex") !== sha256) {
      await bucket.abortUpload(upload);
      throw changed(path);
    }
    parts.sort((a, b) => a.number - b.number);
    if (await bucket.endUpload(upload, { parts, unlessThere })) return true;
  }
  // Another process that puts the same content has taken up the same upload, and was faster.
  return (await bucket.head(key))?.sha256 === sha256;
}

async function newestUpload(bucket: Bucket, key: string): Promise<string | undefined> {
  let newest: OpenUpload | undefined;
  for await (const upload of bucket.uploads(key)) {
    if (upload.key === key && (newest === undefined || upload.startedAt > newest.startedAt)) newest = upload;
  }
  return newest?.id;
}

/** The same for the same size, so that a later try finds the same parts. */
function partBytesOf(sizeBytes: number): number {
  return Math.max(PART_BYTES, Math.ceil(sizeBytes / MOST_PARTS / 2 ** 20) * 2 ** 20);
}

function* numbersTo(count: number): Generator<number> {
  for (let number = 1; number <= count; number++) yield number;
}

async function partOf(
  file: FileHandle,
  { from, sizeBytes }: { readonly from: number; readonly sizeBytes: number },
): Promise<Uint8Array> {
  const bytes = Buffer.alloc(sizeBytes);
  let length = 0;
  while (length < sizeBytes) {
    const { bytesRead } = await file.read(bytes, length, sizeBytes - length, from + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

function changed(path: string): Error {
  return new Error(`${path} has changed while it was put into the registry`);
}
