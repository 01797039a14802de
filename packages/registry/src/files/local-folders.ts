import { rm } from "node:fs/promises";
import { join } from "node:path";
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

  #pathOf(runId: string): string {
    return join(this.directory, "runs", runId);
  }
}
