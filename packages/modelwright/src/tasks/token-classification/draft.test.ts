import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chooseDraft } from "../../cli/init/choose-draft.ts";
import { lookAtData } from "../../cli/init/look-at-data.ts";
import { sampleNames } from "./sample-names.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-draft-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** What `init` makes of a file. */
async function draftOf(name: string, content: string) {
  const path = join(folder, name);
  await writeFile(path, content);
  const { look, size } = await lookAtData(path, {});
  const chosen = chooseDraft(look);
  return "unclear" in chosen
    ? chosen
    : { task: chosen.task, columns: chosen.draft.columns, rest: chosen.draft.rest, size };
}

const CONLL = `${Array.from({ length: 20 }, (_, i) => `Anna\tB-PER\nwas\tO\n${i}\tO`).join("\n\n")}\n`;

test.each([
  ["a file of tagged tokens", "names.conll", CONLL, "20 rows"],
  ["a text file whose lines have tags", "names.txt", CONLL, "20 rows"],
  ["JSON Lines with spans", "names.jsonl", sampleNames(), "120 rows"],
])("%s are texts with spans", async (_, name, content, size) => {
  const draft = await draftOf(name, content);
  expect(draft).toMatchObject({ task: "token-classification", columns: { text: "text", spans: "spans" }, size });
});

test("few rows get more and smaller batches", async () => {
  const rest = async (content: string) => ((await draftOf("names.conll", content)) as { rest: string }).rest;
  expect(await rest(CONLL)).toContain("\ntrain: { epochs: 40");
  expect(await rest(CONLL.repeat(60))).not.toContain("\ntrain: {");
});

test("a column that is only called like spans is none, and running text is no table", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `where is my parcel number ${i},${i % 2 === 0 ? "yes" : "no"}`);
  expect(await draftOf("data.csv", `text,entities\n${rows.join("\n")}\n`)).not.toMatchObject({
    task: "token-classification",
  });
  expect(await draftOf("essay.txt", "This is plan B.\nIt has two lines of prose.\n")).toMatchObject({
    task: "causal-language-modeling",
  });
});
