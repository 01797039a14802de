import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Leftover, LeftoverQuery } from "../garbage/leftover.ts";
import { measure } from "../garbage/measure.ts";
import { oldFiles } from "../garbage/old-files.ts";
import { makeDirectory } from "./sync.ts";

/** Folders of this machine, whatever keeps the files of versions: `runs/<id>`, and `cache`, which all runs share. */
export class LocalFolders {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async workFolder(runId: string): Promise<string> {
    const folder = this.#pathOf(runId);
    await makeDirectory(folder);
    return folder;
  }

  removeWorkFolder(runId: string): Promise<void> {
    return rm(this.#pathOf(runId), { recursive: true, force: true });
  }

  async cacheFolder(): Promise<string> {
    const folder = join(this.directory, "cache");
    await makeDirectory(folder);
    return folder;
  }

  /** Folders of runs that nobody works in any more, and what was kept for others and not used since. */
  async *leftovers({ before, isWorkedIn }: LeftoverQuery): AsyncGenerator<Leftover> {
    for (const id of await readdir(join(this.directory, "runs")).catch(() => [])) {
      const path = this.#pathOf(id);
      const found = await measure(path);
      if (found === undefined || isWorkedIn(id, found.changedAt)) continue;
      const remove = async () => {
        const now = await measure(path);
        if (now === undefined || isWorkedIn(id, now.changedAt)) return false;
        await this.removeWorkFolder(id);
        return true;
      };
      yield { kind: "work", title: path, sizeBytes: found.sizeBytes, remove };
    }
    yield* oldFiles(join(this.directory, "cache"), { kind: "cache", before });
  }

  #pathOf(runId: string): string {
    return join(this.directory, "runs", runId);
  }
}
