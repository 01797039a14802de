/** Of a zip archive, how many bytes lie in it and how many they become; `undefined` for anything else. */
export interface ZipSizes {
  readonly packed: number;
  readonly unpacked: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;
/** The comment at the end may be so long. */
const LONGEST_COMMENT = 0xffff;

/**
 * Adds up what the directory of a zip archive says of its entries. Sizes beyond 4 GiB count as 4 GiB.
 *
 * @see PKWARE, ".ZIP File Format Specification", 6.3.10, 4.3.12 and 4.3.16.
 */
export function zipSizes(archive: Buffer): ZipSizes | undefined {
  const end = endOfDirectory(archive);
  if (end === undefined) return undefined;
  let at = archive.readUInt32LE(end + 16);
  let packed = 0;
  let unpacked = 0;
  for (let entries = archive.readUInt16LE(end + 10); entries > 0; entries--) {
    if (at + ENTRY_LENGTH > archive.length || archive.readUInt32LE(at) !== ENTRY) return undefined;
    packed += archive.readUInt32LE(at + 20);
    unpacked += archive.readUInt32LE(at + 24);
    at += ENTRY_LENGTH + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return { packed, unpacked };
}

function endOfDirectory(archive: Buffer): number | undefined {
  const first = Math.max(0, archive.length - END_LENGTH - LONGEST_COMMENT);
  for (let at = archive.length - END_LENGTH; at >= first; at--) {
    if (archive.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  return undefined;
}
