import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The file of a version by which the texts that it learnt from are known again. */
const FILE = "trained-rows.bin";
const BYTES = 4;

/**
 * The file that tells which texts a version learnt from, without holding any: four bytes of the SHA-256 of each, in
 * rising order, little endian. Of 100,000 such rows a text that is none of them passes for one once in 43,000 times.
 */
export function trainedRowsFile(texts: readonly string[]): Readonly<Record<string, Uint8Array>> {
  const digests = Uint32Array.from(texts, digestOf).sort();
  const bytes = Buffer.alloc(digests.length * BYTES);
  for (const [i, digest] of digests.entries()) bytes.writeUInt32LE(digest, i * BYTES);
  return { [FILE]: bytes };
}

/**
 * How many of some texts a stored version learnt from; undefined for a version that does not tell.
 *
 * @param directory The version's folder.
 */
export async function countTrainedRows(directory: string, texts: readonly string[]): Promise<number | undefined> {
  const digests = await digestsIn(directory);
  if (digests === undefined) return undefined;
  const known = new Set(digests);
  return texts.filter((text) => known.has(digestOf(text))).length;
}

/** What one version learnt from and another did not. */
export interface RowDifference {
  readonly same: number;
  readonly came: number;
  readonly went: number;
}

/**
 * Counts the texts that two stored versions learnt from by whether both did; undefined where one does not tell. A text that
 * stands twice counts twice.
 *
 * @param before,after The versions' folders.
 */
export async function diffTrainedRows(before: string, after: string): Promise<RowDifference | undefined> {
  const [older, newer] = [await digestsIn(before), await digestsIn(after)];
  if (older === undefined || newer === undefined) return undefined;
  const left = new Map<number, number>();
  for (const digest of older) left.set(digest, (left.get(digest) ?? 0) + 1);
  let same = 0;
  for (const digest of newer) {
    const count = left.get(digest) ?? 0;
    if (count === 0) continue;
    left.set(digest, count - 1);
    same++;
  }
  return { same, came: newer.length - same, went: older.length - same };
}

async function digestsIn(directory: string): Promise<number[] | undefined> {
  const bytes = await readFile(join(directory, FILE)).catch(() => undefined);
  return bytes && Array.from({ length: Math.floor(bytes.length / BYTES) }, (_, i) => bytes.readUInt32LE(i * BYTES));
}

/** White space and the way in which accents are written do not make another text. */
function digestOf(text: string): number {
  const plain = text.normalize("NFC").replaceAll(/\s+/g, " ").trim();
  return createHash("sha256").update(plain).digest().readUInt32LE(0);
}
