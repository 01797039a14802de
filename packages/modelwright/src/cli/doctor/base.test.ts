import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkBase } from "./base.ts";

const bert = fileURLToPath(new URL("../../../../../test/parity/fixtures/encoders/bert", import.meta.url));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "doctor-"));
  await cp(bert, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

test("says what a model is, and what can be trained of it", async () => {
  await writeFile(join(folder, "README.md"), "---\nlicense: mit\nlanguage: [de, en]\n---\n");
  const findings = await checkBase(folder);
  const lines = findings.map(({ check, verdict, detail }) => `${verdict} ${check}: ${detail.split(/\n(?!sha256)/)[0]}`);
  expect(lines.map((line) => line.replace(/[0-9a-f]{64}/, "…"))).toEqual([
    "ok family: bert: 2 layers, vectors of 16, 10 k parameters",
    "ok weights: 39.3 KiB of float32\nsha256:…",
    "ok tokenizer: WordPiece of 140 tokens; around each text: [CLS] [SEP]",
    "ok texts: up to 240 tokens",
    "ok licence: mit; reads German and English",
    "ok to train: text-classification, text-regression, multi-label-classification",
  ]);
});

test("a licence that nothing states is a note with a remedy", async () => {
  const finding = (await checkBase(folder)).find(({ check }) => check === "licence");
  expect(finding).toMatchObject({ verdict: "note", remedy: expect.stringContaining("README.md") });
});

test("a tokenizer of another model is a problem", async () => {
  const file = join(folder, "tokenizer.json");
  const tokenizer = JSON.parse(await readFile(file, "utf8"));
  tokenizer.model.vocab.strange = 140;
  await writeFile(file, JSON.stringify(tokenizer));
  expect(await checkBase(folder)).toEqual([
    expect.objectContaining({
      verdict: "problem",
      detail: expect.stringMatching(/tokenizer\.json: model\.vocab: must have ids below 140.*got ids up to 140$/),
      remedy: expect.stringMatching(/^Take/),
    }),
  ]);
});
