import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { type ContentDigest, digestBytes, digestFile } from "../files/digest.ts";
import type { ScratchDirectory } from "../files/scratch-directory.ts";
import { makeDirectory, syncDirectory } from "../files/sync.ts";
import type { Leftover, LeftoverQuery } from "../garbage/leftover.ts";
import { oldFiles } from "../garbage/old-files.ts";
import { requireFile } from "./require-file.ts";

/**
 * Content-addressed files: `<directory>/sha256/ab/cdef…`. Equal content is stored once.
 *
 * A file appears by a rename after it was synced, so it is whole or absent; putting content again repairs a damaged copy.
 */
export class ArtifactStore {
  readonly #directory: string;
  readonly #scratch: ScratchDirectory;

  constructor(directory: string, scratch: ScratchDirectory) {
    this.#directory = directory;
    this.#scratch = scratch;
  }

  /**
   * Stores the bytes, or the file at a path.
   * @param name Names the artifact in errors.
   * @throws {ModelwrightError} `REGISTRY_ARTIFACT_UNREADABLE`.
   */
  async put(name: string, content: string | Uint8Array): Promise<ContentDigest> {
    if (typeof content === "string") await requireFile(name, content);
    const unfinished = await this.#scratch.reserve();
    try {
      const handle = await open(unfinished, "wx");
      let digest: ContentDigest;
      try {
        if (typeof content === "string") {
          digest = await digestFile(content, handle);
        } else {
          digest = digestBytes(content);
          await handle.writeFile(content);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      const path = this.#pathOf(digest.sha256);
      await makeDirectory(dirname(path));
      await rename(unfinished, path);
      await syncDirectory(dirname(path));
      return digest;
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  /** Path of stored content, checked. See `FileStore.openArtifact`. */
  async open(sha256: string): Promise<string> {
    const path = this.#pathOf(sha256);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) throw new ModelwrightError("REGISTRY_ARTIFACT_UNKNOWN", { sha256 });
    const { sha256: got } = await digestFile(path);
    if (got !== sha256) throw new ModelwrightError("REGISTRY_ARTIFACT_CORRUPT", { sha256, path, got });
    return path;
  }

  /** Content that no record names. */
  async *leftovers({ before, isNamed }: LeftoverQuery): AsyncGenerator<Leftover> {
    for await (const file of oldFiles(join(this.#directory, "sha256"), { kind: "content", before })) {
      const sha256 = `${basename(dirname(file.title))}${basename(file.title)}`;
      if (!isNamed(sha256)) yield { ...file, sha256 };
    }
  }

  #pathOf(sha256: string): string {
    return join(this.#directory, "sha256", sha256.slice(0, 2), sha256.slice(2));
  }
}
