import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** What lies in a file or a folder, and when the newest of it was changed; undefined where nothing is. */
export async function measure(
  path: string,
): Promise<{ readonly sizeBytes: number; readonly changedAt: Date } | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  let { size: sizeBytes, mtime: changedAt } = found;
  if (!found.isDirectory()) return { sizeBytes, changedAt };
  sizeBytes = 0;
  for (const entry of await readdir(path).catch(() => [])) {
    const inside = await measure(join(path, entry));
    sizeBytes += inside?.sizeBytes ?? 0;
    if (inside !== undefined && inside.changedAt > changedAt) changedAt = inside.changedAt;
  }
  return { sizeBytes, changedAt };
}
