import { crc32, inflateRawSync } from "node:zlib";

/** Of a zip archive, how many bytes lie in it and how many they become; `undefined` for anything else. */
export interface ZipSizes {
  readonly packed: number;
  readonly unpacked: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const END_LENGTH = 22;
const LOCAL_LENGTH = 30;
const [STORED, DEFLATED] = [0, 8];
const ENTRY_LENGTH = 46;
/** The comment at the end may be so long. */
const LONGEST_COMMENT = 0xffff;

/** An entry of an archive, as its directory has it. */
interface Entry {
  readonly method: number;
  readonly sum: number;
  readonly packed: number;
  readonly unpacked: number;
  /** Where it lies. */
  readonly offset: number;
}

/**
 * Adds up what the directory of a zip archive says of its entries. Sizes beyond 4 GiB count as 4 GiB.
 *
 * @see PKWARE, ".ZIP File Format Specification", 6.3.10, 4.3.12 and 4.3.16.
 */
export function zipSizes(archive: Buffer): ZipSizes | undefined {
  const entries = entriesOf(archive);
  if (entries === undefined) return undefined;
  const sum = (field: "packed" | "unpacked") => entries.reduce((total, entry) => total + entry[field], 0);
  return { packed: sum("packed"), unpacked: sum("unpacked") };
}

/**
 * Unpacks each entry of a zip archive and compares it with its directory: what reads archives may take for ever over one
 * that is damaged.
 *
 * @throws {Error} where an entry is not what the directory says.
 */
export function checkZip(archive: Buffer): void {
  const entries = entriesOf(archive);
  if (entries === undefined) throw new Error("the directory of its archive is missing");
  for (const entry of entries) {
    const content = contentOf(archive, entry);
    if (content.length !== entry.unpacked || crc32(content) !== entry.sum)
      throw new Error("a part of its archive is damaged");
  }
}

function contentOf(archive: Buffer, { offset, method, packed, unpacked }: Entry): Buffer {
  if (offset + LOCAL_LENGTH > archive.length) throw new Error("a part of its archive is missing");
  const start = offset + LOCAL_LENGTH + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const bytes = archive.subarray(start, start + packed);
  if (method === STORED) return bytes;
  if (method === DEFLATED) return inflateRawSync(bytes, { maxOutputLength: Math.max(1, unpacked) });
  throw new Error(`a part of its archive is packed by the method ${method}`);
}

function entriesOf(archive: Buffer): Entry[] | undefined {
  const end = endOfDirectory(archive);
  if (end === undefined) return undefined;
  const entries: Entry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (at + ENTRY_LENGTH > archive.length || archive.readUInt32LE(at) !== ENTRY) return undefined;
    entries.push({
      method: archive.readUInt16LE(at + 10),
      sum: archive.readUInt32LE(at + 16),
      packed: archive.readUInt32LE(at + 20),
      unpacked: archive.readUInt32LE(at + 24),
      offset: archive.readUInt32LE(at + 42),
    });
    at += ENTRY_LENGTH + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

function endOfDirectory(archive: Buffer): number | undefined {
  const first = Math.max(0, archive.length - END_LENGTH - LONGEST_COMMENT);
  for (let at = archive.length - END_LENGTH; at >= first; at--) {
    if (archive.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  return undefined;
}
