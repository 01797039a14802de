import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chooseDraft } from "./choose-draft.ts";
import { type LookOptions, lookAtData } from "./look-at-data.ts";
import { recipeText } from "./recipe-text.ts";
import { rehearse } from "./rehearse.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-init-"));
});
afterAll(() => rm(folder, { recursive: true }));

const WORDS = "parcel order refund invoice account password card payment delivery address".split(" ");
/** Texts that differ. */
function text(i: number): string {
  const words = Array.from({ length: 6 }, (_, word) => WORDS[Math.floor(i / 7 ** (word % 4) + word * 3) % 10]);
  return [...words, i].join(" ");
}

/** What `init` makes of a table: what it looks like, and what training would say of it. */
async function init(lines: readonly string[] | Uint8Array, options: LookOptions = {}) {
  const path = join(folder, "data.csv");
  await writeFile(path, lines instanceof Uint8Array ? lines : `${lines.join("\n")}\n`);
  const { look, encoding, warnings } = await lookAtData(path, options);
  const chosen = chooseDraft(look);
  if ("unclear" in chosen) return { unclear: chosen.unclear };
  const recipe = recipeText({ name: "data", source: "data.csv", encoding, ...chosen });
  const rehearsal = await rehearse(recipe, { source: path, baseDir: folder, onProgress: () => {} });
  return {
    task: chosen.task,
    recipe,
    told: [...new Set([...warnings, ...rehearsal.warnings])],
    problem: rehearsal.problem?.code,
  };
}

const rows = (count: number, label: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => `${text(i)},${label(i)}`);
const twoLabels = (i: number) => (i % 2 === 0 ? "spam" : "ham");

test("says nothing of good data", async () => {
  expect(await init(["text,label", ...rows(120, twoLabels)])).toMatchObject({ told: [], problem: undefined });
});

test.each<[string, string[], RegExp]>([
  ["a small test split", ["text,label", ...rows(40, twoLabels)], /^only 8 rows to test on/],
  [
    "rows that repeat",
    ["text,label", ...Array(3).fill(rows(120, twoLabels)).flat()],
    /^240 rows of 360 repeat the text/,
  ],
  ["a header that is a row", [`${text(500)},spam`, ...rows(120, twoLabels)], /:1: the first line looks like a row/],
  ["amounts", ["text,stars", ...rows(120, (i) => `${i % 5}`)], /^the 5 labels are numbers.*text-regression/],
  ["columns without a name", ["text,label,", ...rows(120, twoLabels).map((row) => `${row},`)], /is called "column_3"/],
])("says at once: %s", async (_, lines, warning) => {
  expect((await init(lines)).told).toEqual([expect.stringMatching(warning)]);
});

test("near duplicates are looked for in thousands of rows; where they are not, that is said", async () => {
  await writeFile(join(folder, "data.csv"), ["text,label", ...rows(120, twoLabels)].join("\n"));
  const recipe = "{ name: near, task: text-classification, data: { source: data.csv } }";
  const rehearsed = async (count: number) => {
    const stages: string[] = [];
    const onProgress = ({ stage }: { readonly stage: string }) => stages.push(stage);
    const { warnings } = await rehearse(recipe, { source: "data.csv", baseDir: folder, rows: count, onProgress });
    return { warnings, lookedFor: stages.includes("duplicates") };
  };
  expect(await rehearsed(50_000)).toEqual({ warnings: [], lookedFor: true });
  expect(await rehearsed(50_001)).toEqual({
    warnings: ["near duplicates were not looked for among 50,001 rows: training does it, and may drop copies"],
    lookedFor: false,
  });
});

test.each<[string, string[], string]>([
  ["one label", ["text,label", ...rows(60, () => "spam")], "DATA_SINGLE_LABEL"],
  ["one row per label", ["text,label", ...rows(60, (i) => `l${i}`)], "DATA_TOO_FEW_ROWS"],
])("refuses %s", async (_, lines, code) => {
  await expect(init(lines)).rejects.toMatchObject({ code });
});

test.each<[string, string[], LookOptions, string]>([
  ["a rare label", ["text,label", ...rows(60, twoLabels), "one more,rare"], {}, "DATA_LABEL_TOO_SMALL"],
  [
    "a text column of few values",
    ["colour,label", ...Array.from({ length: 200 }, (_, i) => `dark ${WORDS[i % 3]},${twoLabels(i)}`)],
    { text: "colour" },
    "DATA_ROWS_REPEATED",
  ],
])("keeps the recipe and names the problem: %s", async (_, lines, options, problem) => {
  expect(await init(lines, options)).toMatchObject({ problem });
});

test("several labels per row are another task; named as one label, that is said", async () => {
  const lines = ["text,kinds", ...rows(120, (i) => ["a|b", "b", "a", "c|a"][i % 4]!)];
  expect((await init(lines)).task).toBe("multi-label-classification");
  expect((await init(lines, { label: "kinds" })).told).toEqual([
    expect.stringMatching(/^labels such as "a\|b".*multi-label-classification/),
  ]);
});

test.each<[string, string[]]>([
  ["numbers", ["a,b,label", ...Array.from({ length: 60 }, (_, i) => `${i},${i / 7},${twoLabels(i)}`)]],
  ["dates", ["at,label", ...Array.from({ length: 60 }, (_, i) => `2026-01-01 10:${i % 60},${twoLabels(i)}`)]],
  [
    "categories of several words",
    ["kind,label", ...rows(80, twoLabels).map((_, i) => `Fiber optic ${i % 3},${twoLabels(i)}`)],
  ],
])("a table of %s is read as a table", async (_, lines) => {
  expect(await init(lines)).toMatchObject({ task: "tabular-classification", problem: undefined });
});

test("a column of numbers that is named as the text is refused, and so is one named twice", async () => {
  const lines = ["text,label,n", ...rows(60, (i) => `${twoLabels(i)},${i}`)];
  await expect(init(lines, { text: "n" })).rejects.toMatchObject({ code: "CLI_TABLE_WITHOUT_TEXT" });
  await expect(init(lines, { text: "text", label: "text" })).rejects.toMatchObject({ code: "DATA_COLUMN_SHARED" });
});

test("an encoding that was guessed or named stands in the recipe, so that training reads the same", async () => {
  const cyrillic = (letters: string) => Uint8Array.from(letters, (letter) => letter.codePointAt(0)! - 0x430 + 0xe0);
  const parts = Array.from({ length: 60 }, (_, i) => [
    cyrillic("посылка"),
    Buffer.from(` ${text(i)} `),
    cyrillic("опоздала"),
    Buffer.from(`,${twoLabels(i)}\n`),
  ]).flat();
  const bytes = Buffer.concat([Buffer.from("text,label\n"), ...parts]);
  const guessed = await init(bytes);
  expect(guessed.recipe).toContain("  encoding: windows-1251\n");
  expect(guessed.told).toEqual([
    expect.stringMatching(/so it was read as windows-1251/),
    expect.stringMatching(/^only/),
    expect.stringMatching(/^the texts are in Latin script; use-lite-en has seen English only/),
  ]);
  expect((await init(bytes, { encoding: "cp1251" })).recipe).toContain("  encoding: cp1251\n");
});
