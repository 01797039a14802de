import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Tensor } from "@modelwright/engine";
import { readSafetensors, writeSafetensors } from "@modelwright/models";

export interface VectorCacheOptions {
  /** Made when something is kept. Any number of runs may share it at once. */
  readonly folder: string;
  /** Bytes of all files together; the ones that were not used for longest go. Default 1 GiB. */
  readonly maxBytes?: number;
}

const DEFAULT_BYTES = 2 ** 30;
const ENDING = ".safetensors";
/** What a killed run left half written is older. */
const ABANDONED_MILLISECONDS = 3_600_000;

/**
 * Vectors on disk, by a digest of everything that decides them.
 *
 * A file appears under its name as a whole and holds a digest of its own: one that is missing, damaged or of another shape counts as not there,
 * and is written anew. Two runs that compute the same write the same.
 */
export class VectorCache {
  readonly #folder: string;
  readonly #maxBytes: number;

  constructor({ folder, maxBytes = DEFAULT_BYTES }: VectorCacheOptions) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** The tensors that were kept under a key, in their order; undefined where there are none. */
  async read(key: string): Promise<readonly Tensor<"float32">[] | undefined> {
    const path = this.#path(key);
    try {
      const bytes = await readFile(path);
      const { tensors, metadata } = readSafetensors(bytes, path);
      const kept = Array.from(tensors.keys(), (_, i) => tensors.get(String(i)) as Tensor<"float32">);
      if (metadata["sha256"] !== digestOf(kept)) return undefined;
      // Its time says when it was used last.
      await utimes(path, new Date(), new Date());
      return kept;
    } catch {
      return undefined;
    }
  }

  /**
   * Keeps tensors, and forgets others where there is no room. What is too large alone is not kept.
   *
   * @throws {Error} Of the file system; nothing is half written then.
   */
  async write(key: string, tensors: readonly Tensor<"float32">[]): Promise<void> {
    const named = new Map(tensors.map((tensor, i) => [String(i), tensor]));
    const pieces = writeSafetensors(named, { sha256: digestOf(tensors) });
    const size = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (size > this.#maxBytes) return;
    await mkdir(this.#folder, { recursive: true });
    const temporary = join(this.#folder, `.${randomUUID()}.tmp`);
    try {
      await writeFile(temporary, Buffer.concat(pieces));
      await rename(temporary, this.#path(key));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await this.#makeRoom();
  }

  #path(key: string): string {
    return join(this.#folder, `${key}${ENDING}`);
  }

  /** Another run may take the same file away at the same time. */
  async #makeRoom(): Promise<void> {
    const names = await readdir(this.#folder);
    const found = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        const facts = await stat(path).catch(() => undefined);
        return facts === undefined ? [] : [{ path, name, size: facts.size, used: facts.mtimeMs }];
      }),
    );
    const files = found.flat().toSorted((a, b) => b.used - a.used);
    let total = 0;
    for (const { path, name, size, used } of files) {
      const isAbandoned = name.endsWith(".tmp") && Date.now() - used > ABANDONED_MILLISECONDS;
      if (name.endsWith(ENDING)) total += size;
      if (isAbandoned || (name.endsWith(ENDING) && total > this.#maxBytes)) await rm(path, { force: true });
    }
  }
}

function digestOf(tensors: readonly Tensor<"float32">[]): string {
  const hash = createHash("sha256");
  for (const { shape, data } of tensors) {
    hash.update(JSON.stringify(shape));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}
