import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Leftover } from "./leftover.ts";

/** Files below a folder that nobody has changed since, as leftovers of a kind. */
export async function* oldFiles(
  directory: string,
  { kind, before }: { readonly kind: Leftover["kind"]; readonly before: Date },
): AsyncGenerator<Leftover> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const facts = await stat(path).catch(() => undefined);
    if (facts === undefined || facts.mtime >= before) continue;
    yield { kind, title: path, sizeBytes: facts.size, remove: () => removeOld(path, before) };
  }
}

/** Removes a file unless it was changed since. */
async function removeOld(path: string, before: Date): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined || facts.mtime >= before) return false;
  await rm(path, { force: true });
  return true;
}
