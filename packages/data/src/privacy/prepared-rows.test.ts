import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRecipe, type RecipeInputs } from "@modelwright/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LABEL } from "../annotations/label.ts";
import { SPANS } from "../annotations/spans.ts";
import { prepareData } from "../prepare-data.ts";
import type { DataReport } from "../prepared-data.ts";
import { prepareTable } from "../table-rows/prepare-table.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-privacy-"));
});
afterAll(() => rm(folder, { recursive: true }));

const steps = ({ steps: all }: DataReport) =>
  all.filter(({ name }) => name.startsWith("personal")).map(({ name, detail, rows }) => `${name}: ${detail}: ${rows}`);

const words = (i: number) => (Math.imul(i + 1, 0x9e3779b1) >>> 0).toString(36).replaceAll(/\d/g, "x");
/** Ten rows without anything of a person, of two labels. */
const plain = Array.from({ length: 10 }, (_, i) => [`${words(i)} ${words(i + 50)}`, i % 2 === 0 ? "a" : "b"] as const);

type Data = RecipeInputs["text-classification"]["data"];

async function prepareTexts(rows: readonly (readonly [string, string])[], data: Partial<Data>) {
  const csv = (lines: readonly (readonly [string, string])[]) =>
    `text,label\n${lines.map(([text, label]) => `"${text}",${label}\n`).join("")}`;
  await writeFile(join(folder, "texts.csv"), csv(rows));
  await writeFile(join(folder, "test.csv"), csv([["mail eve@example.com", "a"], ...plain.slice(0, 3)]));
  const recipe = parseRecipe({ name: "t", task: "text-classification", data: { source: "texts.csv", ...data } });
  return prepareData(recipe.data, { annotation: LABEL, baseDir: folder });
}

describe("texts", () => {
  const rows = [
    ...plain,
    ["write to anna@example.com or bob@example.com", "a"],
    ["write to carl@example.com or dora@example.com", "a"],
    ["call +49 30 1234567", "b"],
  ] as const;
  const all = ({ train, validation, test: held }: Awaited<ReturnType<typeof prepareTexts>>) =>
    [...train, ...validation, ...held].map(({ text }) => text);

  test("stay as they are where the recipe says nothing", async () => {
    const prepared = await prepareTexts(rows, { clean: { duplicates: "keep" } });
    expect(all(prepared)).toHaveLength(13);
    expect(all(prepared).join()).toContain("anna@example.com");
    expect(steps(prepared.report)).toEqual([]);
  });

  test("are masked before duplicates are looked for, and counted by kind", async () => {
    const prepared = await prepareTexts(rows, { clean: { duplicates: "exact", pii: "mask" } });
    expect(all(prepared).filter((text) => text.includes("["))).toEqual(
      expect.arrayContaining(["write to [EMAIL] or [EMAIL]", "call [PHONE]"]),
    );
    expect(all(prepared)).toHaveLength(12);
    expect(steps(prepared.report)).toEqual(["personal data: masked 4 e-mails in 2 rows, 1 phone number in 1 row: 13"]);
  });

  test("leave where rows with some are dropped", async () => {
    const pii = { treatment: "drop" as const, kinds: ["email" as const] };
    const prepared = await prepareTexts(rows, { clean: { duplicates: "keep", pii } });
    expect(all(prepared)).toHaveLength(11);
    expect(steps(prepared.report)).toEqual(["personal data: dropped 2 rows with 4 e-mails: 11"]);
    const only = rows.slice(10, 12);
    await expect(prepareTexts(only, { clean: { pii } })).rejects.toMatchObject({
      code: "DATA_EMPTY",
      details: { file: "texts.csv", problem: "every row holds personal data, and data.clean.pii drops those" },
    });
  });

  test("of a published test file are treated too", async () => {
    const { test: held, report } = await prepareTexts(plain, { test: "test.csv", clean: { pii: {} } });
    expect(held[0]!.text).toBe("mail [EMAIL]");
    expect(steps(report)).toEqual([
      "personal data: none was found: 10",
      "personal data of the test file: masked 1 e-mail in 1 row: 4",
    ]);
  });

  test("take their spans along", async () => {
    const span = (start: number, end: number, label: string) => ({ start, end, label });
    const text = "Mr. Bo Lee of Ulm, bo@example.com, asks";
    const lines = [
      { text, spans: [span(4, 6, "PER"), span(7, 10, "PER"), span(14, 17, "LOC"), span(19, 33, "PER")] },
      ...plain.map(([each], i) => ({ text: each, spans: [span(0, 3, ["PER", "LOC"][i % 2]!)] })),
    ];
    await writeFile(join(folder, "spans.jsonl"), lines.map((line) => JSON.stringify(line)).join("\n"));
    const data: RecipeInputs["token-classification"]["data"] = { source: "spans.jsonl", clean: { pii: "mask" } };
    const recipe = parseRecipe({ name: "t", task: "token-classification", data });
    const prepared = await prepareData(recipe.data, { annotation: SPANS, baseDir: folder });
    const row = [...prepared.train, ...prepared.validation, ...prepared.test].find((each) => /^Mr/.test(each.text))!;
    expect(row.text).toBe("Mr. [NAME] of Ulm, [EMAIL], asks");
    const covered = row.spans.map(({ start, end, label }) => `${label} ${row.text.slice(start, end)}`);
    expect(covered).toEqual(["PER [NAME]", "LOC Ulm", "PER [EMAIL]"]);
  });
});

describe("a table", () => {
  const header = "id,contact_name,mobile_phone,note,age,label";
  const line = (i: number) =>
    [
      `C${i}`,
      `Anna ${["Keller", "Moss"][i % 2]}`,
      `138${12345678 + i * 37}`,
      words(i),
      20 + (i % 30),
      "ab"[i % 2],
    ].join();

  async function prepare(pii: NonNullable<RecipeInputs["tabular-classification"]["data"]["clean"]>["pii"]) {
    const lines = Array.from({ length: 40 }, (_, i) => line(i));
    await writeFile(
      join(folder, "rows.csv"),
      [header, ...lines.with(3, `${lines[3]}`.replace(words(3), "a@b.example"))].join("\n"),
    );
    const data: RecipeInputs["tabular-classification"]["data"] = { source: "rows.csv", ignore: ["id"], clean: { pii } };
    const recipe = parseRecipe({ name: "t", task: "tabular-classification", data });
    return prepareTable(recipe.data, { annotation: LABEL, baseDir: folder });
  }

  test("is treated cell by cell, the name of a column a word about its cells", async () => {
    const { report, looks } = await prepare({ treatment: "mask" });
    expect(steps(report)).toEqual([
      "personal data: masked 1 e-mail in 1 row, 40 phone numbers in 40 rows, 40 names in 40 rows: 40",
    ]);
    // A column of which only masks are left says the same in all rows.
    expect(looks.map(({ name }) => name)).not.toContain("mobile_phone");
    expect(looks.map(({ name }) => name)).toContain("age");
  });

  test("keeps what names its rows, and warns where that is personal data", async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `p${i}@b.example,${20 + ((i * 7) % 13)},${"ab"[i % 2]}`);
    await writeFile(join(folder, "mails.csv"), ["mail,age,label", ...lines].join("\n"));
    const data: RecipeInputs["tabular-classification"]["data"] = {
      source: "mails.csv",
      columns: { id: "mail" },
      clean: { pii: "mask" },
    };
    const recipe = parseRecipe({ name: "t", task: "tabular-classification", data });
    const { report, train } = await prepareTable(recipe.data, { annotation: LABEL, baseDir: folder });
    expect(train.rows[0]!.id).toMatch(/^p\d+@b\.example$/);
    expect(report.warnings).toContain(
      "the ids of 20 rows hold personal data, which clean.pii leaves there; name another column, or none, as columns.id",
    );
  });

  test("loses the rows that hold some where they are dropped", async () => {
    const { report, train, validation, test: held } = await prepare({ treatment: "drop", kinds: ["email"] });
    expect(steps(report)).toEqual(["personal data: dropped 1 row with 1 e-mail: 39"]);
    expect(train.rows.length + validation.rows.length + held.rows.length).toBe(39);
    expect(train.frame.rows).toBe(train.rows.length);
  });
});
