import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runMemory } from "./run-memory.ts";

const folder = await mkdtemp(join(tmpdir(), "modelwright-memory-"));
afterAll(() => rm(folder, { recursive: true }));

test("a run reads its own last notes, and none of another recipe or other data", async () => {
  const notes = runMemory(join(folder, "new"), "mine");
  expect(await notes.read()).toBeUndefined();
  await notes.write({ spent: 1 });
  await notes.write({ spent: 2 });
  expect(await runMemory(join(folder, "new"), "mine").read()).toEqual({ spent: 2 });
  expect(await runMemory(join(folder, "new"), "another").read()).toBeUndefined();
  expect(notes.checkpoints("full").path).toBe(join(folder, "new", "full.safetensors"));
});
