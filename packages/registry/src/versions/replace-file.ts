import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ManifestFile } from "@modelwright/contracts";
import { digestBytes } from "../files/digest.ts";
import { syncFile } from "../files/sync.ts";

/** Writes a file of a folder, synced; one of the same name is replaced, not followed when it is a link. */
export async function replaceFile(directory: string, name: string, bytes: Uint8Array): Promise<ManifestFile> {
  const path = join(directory, name);
  await rm(path, { force: true });
  await writeFile(path, bytes, { flag: "wx" });
  await syncFile(path);
  return { path: name, ...digestBytes(bytes) };
}
