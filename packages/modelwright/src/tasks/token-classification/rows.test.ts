import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRecipe, type Recipes } from "@modelwright/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareRows } from "./rows.ts";

let baseDir: string;
beforeAll(async () => {
  baseDir = await mkdtemp(join(tmpdir(), "modelwright-spans-"));
});
afterAll(() => rm(baseDir, { recursive: true }));

/** What the data report warns of, where each text has the part marked. */
async function warningsOf(texts: readonly string[], part: string, model: object = {}) {
  const rows = texts.map((text) => {
    const start = text.indexOf(part);
    return { text, spans: [{ start, end: start + part.length, label: "PER" }] };
  });
  await writeFile(join(baseDir, "rows.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  const recipe = { name: "names", task: "token-classification", data: { source: "rows.jsonl" }, model };
  const { report } = await prepareRows(parseRecipe(recipe) as Recipes["token-classification"], {
    baseDir,
    onProgress: () => {},
  });
  return report.warnings.filter((warning) => /spans? begin/.test(warning));
}

const ENGLISH = Array.from({ length: 40 }, (_, i) => `Annabel came to town ${i}`);
const CHINESE = Array.from({ length: 40 }, (_, i) => `${i} 王小明来了`);

test("spans that end inside a word are told, with a row and what to do", async () => {
  const [warning, ...others] = await warningsOf(ENGLISH, "Anna");
  expect(others).toEqual([]);
  expect(warning).toMatch(
    /^32 of 32 spans begin or end where no word does, such as "Anna" \(rows\.jsonl:\d+\): a tagger on words marks something else than they do; write model\.units: characters, or move their ends$/,
  );
});

test("on characters they can be told, but for white space at an end", async () => {
  expect(await warningsOf(ENGLISH, "Anna", { units: "characters" })).toEqual([]);
  const [warning] = await warningsOf(ENGLISH, "Annabel ", { units: "characters" });
  expect(warning).toMatch(/^32 of 32 spans begin or end where no character does, .*; move their ends$/);
});

test("whole words, and parts of what has no spaces between words, are fine", async () => {
  expect(await warningsOf(ENGLISH, "Annabel")).toEqual([]);
  expect(await warningsOf(CHINESE, "王小")).toEqual([]);
});
