import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

/** A fold that is done. */
export interface KeptFold {
  readonly outcome: unknown;
  readonly seconds: number;
}

/** What the folds of a run gave so far, in a folder of their own: a run that goes on does none of them again. */
export class KeptFolds {
  readonly #folder: string;

  /** @param fingerprint Of recipe and data: what another run wrote is not read. */
  constructor(workFolder: string, fingerprint: string) {
    this.#folder = join(workFolder, `folds-${fingerprint.slice(0, 16)}`);
  }

  /** Where a fold that is not done keeps its checkpoint. */
  folderOf(name: string): string {
    return join(this.#folder, name);
  }

  async read(name: string): Promise<KeptFold | undefined> {
    const bytes = await readFile(this.#fileOf(name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    return bytes && (deserialize(bytes) as KeptFold);
  }

  /** Keeps a fold, and forgets how it came about. */
  async write(name: string, fold: KeptFold): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const partial = `${this.#fileOf(name)}.tmp`;
    await writeFile(partial, serialize(fold));
    await rename(partial, this.#fileOf(name));
    await rm(this.folderOf(name), { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #fileOf(name: string): string {
    return join(this.#folder, `${name}.bin`);
  }
}
