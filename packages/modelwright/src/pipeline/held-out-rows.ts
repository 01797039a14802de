import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RowDigests } from "@modelwright/data";

/** The file of a version by which the rows that it was tested on are known again. */
const FILE = "held-out-rows.bin";

/** The file that tells which rows a version was tested on, without holding any: eight bytes each. */
export function heldOutRowsFile(texts: readonly string[]): Readonly<Record<string, Uint8Array>> {
  return { [FILE]: RowDigests.of(texts).bytes() };
}

/**
 * The rows that a stored version was tested on; undefined for a version that does not tell.
 *
 * @param directory The version's folder.
 */
export async function heldOutRows(directory: string): Promise<RowDigests | undefined> {
  const bytes = await readFile(join(directory, FILE)).catch(() => undefined);
  return bytes === undefined ? undefined : RowDigests.from(bytes);
}
