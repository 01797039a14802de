import { mkdir, open } from "node:fs/promises";
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

/** Makes a folder and its parents so that they survive a power cut. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
}
