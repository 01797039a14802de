import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { hasEnded, thisProcessName } from "./process-name.ts";

/**
 * A folder for files that are not finished, on the file system of those that are, so that they can be renamed into place.
 *
 * Each name says who writes it (`<host>~<pid>~<random>`), so what a killed process left can be told from work in progress.
 */
export class ScratchDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** A path that nobody else uses; nothing is made there. */
  async reserve(): Promise<string> {
    await mkdir(this.path, { recursive: true });
    return join(this.path, `${thisProcessName()}~${randomBytes(8).toString("hex")}`);
  }

  /** Removes what processes of this machine left that do not run any more. */
  async clean(): Promise<void> {
    await mkdir(this.path, { recursive: true });
    for (const entry of await readdir(this.path)) {
      if (hasEnded(entry)) {
        await rm(join(this.path, entry), { recursive: true, force: true });
      }
    }
  }
}
