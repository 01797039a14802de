import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readAdapter } from "./read-adapter.ts";

let baseDir: string;
beforeAll(async () => {
  baseDir = await mkdtemp(join(tmpdir(), "modelwright-adapter-"));
});
afterAll(() => rm(baseDir, { recursive: true }));

test("a folder without an adapter says which file it lacks, and which folder to name", async () => {
  await expect(readAdapter("./nothing", { baseDir })).rejects.toMatchObject({
    code: "MODEL_FOLDER_INCOMPLETE",
    message: expect.stringContaining(`${join(baseDir, "nothing", "adapter_config.json")}: there is no such file. Name`),
  });
  await writeFile(join(baseDir, "adapter_config.json"), "{}");
  await expect(readAdapter(".", { baseDir })).rejects.toThrow("adapter_model.safetensors: there is no such file");
});

test("a configuration that is none is no adapter's", async () => {
  await writeFile(join(baseDir, "adapter_model.safetensors"), "");
  for (const text of ["no JSON", "[]"]) {
    await writeFile(join(baseDir, "adapter_config.json"), text);
    await expect(readAdapter(".", { baseDir })).rejects.toMatchObject({ code: "MODEL_ADAPTER_UNFIT" });
  }
});
