import { mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";

const onWindows = process.platform === "win32";

/** Forces a file's content to the disk. Windows flushes only handles that may write. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, onWindows ? "r+" : "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Forces a folder's entries, so a rename in it, to the disk. Windows has no such call and needs none. */
export async function syncDirectory(path: string): Promise<void> {
  if (!onWindows) await syncFile(path);
}

/**
 * Makes a folder and its parents so that they survive a power cut.
 *
 * One after the other: in Node.js 20 `mkdir` with `recursive` never returns where the system answers ENOENT although
 * the parent exists, as in Linux's /proc.
 *
 * @throws {NodeJS.ErrnoException} When one of them cannot be made.
 */
export async function makeDirectory(path: string): Promise<void> {
  if (await isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeDirectory(parent);
  try {
    await mkdir(path);
  } catch (error) {
    // Another process may have been faster.
    if (await isDirectory(path)) return;
    throw error;
  }
  await syncDirectory(parent);
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
