import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { ScratchDirectory } from "./scratch-directory.ts";

test("cleaning removes what ended processes of this machine left, and nothing else", async () => {
  const directory = await mkdtemp(join(tmpdir(), "scratch-"));
  try {
    const scratch = new ScratchDirectory(directory);
    const own = await scratch.reserve();
    const ended = spawnSync(process.execPath, ["--version"]).pid;
    const kept = [own, join(directory, `elsewhere~${ended}~1`), join(directory, "notes.txt")];
    for (const path of [...kept, join(directory, `${hostname()}~${ended}~1`)]) await writeFile(path, "");
    await scratch.clean();
    expect((await readdir(directory)).sort()).toEqual(kept.map((path) => basename(path)).sort());
  } finally {
    await rm(directory, { recursive: true });
  }
});
