import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";

export interface ContentDigest {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export function digestBytes(bytes: Uint8Array): ContentDigest {
  return { sha256: createHash("sha256").update(bytes).digest("hex"), sizeBytes: bytes.byteLength };
}

/** Reads a file once; with `copyTo` what was hashed is also written there. */
export async function digestFile(path: string, copyTo?: FileHandle): Promise<ContentDigest> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = chunk as Buffer;
    hash.update(bytes);
    sizeBytes += bytes.byteLength;
    await copyTo?.writeFile(bytes);
  }
  return { sha256: hash.digest("hex"), sizeBytes };
}
