import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointStore } from "@modelwright/training";
import type { RunMemory } from "../tasks/task.ts";

/**
 * Notes and checkpoints of a run in a folder of its own.
 *
 * @param folder Made when something is written.
 * @param fingerprint Of recipe and data: what another run wrote is not read.
 */
export function runMemory(folder: string, fingerprint: string): RunMemory {
  const file = join(folder, "notes.json");
  return {
    read: async () => {
      const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      if (text === undefined) return undefined;
      const notes = JSON.parse(text) as { readonly fingerprint: string; readonly notes: unknown };
      return notes.fingerprint === fingerprint ? notes.notes : undefined;
    },
    write: async (notes) => {
      await mkdir(folder, { recursive: true });
      const partial = `${file}.tmp`;
      await writeFile(partial, JSON.stringify({ fingerprint, notes }));
      await rename(partial, file);
    },
    checkpoints: (candidate) => new CheckpointStore(join(folder, `${candidate}.safetensors`), fingerprint),
  };
}
