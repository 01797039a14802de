import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelwrightError, parseRecipe, type RecipeInputs } from "@modelwright/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LABEL } from "./annotations/label.ts";
import { prepareData } from "./prepare-data.ts";
import type { PreparedData } from "./prepared-data.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-prepare-"));
});
afterAll(() => rm(folder, { recursive: true }));

type DataInput = Partial<RecipeInputs["text-classification"]["data"]>;

async function prepare(
  rows: string | readonly string[],
  data: DataInput = {},
  model: RecipeInputs["text-classification"]["model"] = {},
): Promise<PreparedData> {
  const content = typeof rows === "string" ? rows : `text,label\n${rows.join("\n")}\n`;
  await writeFile(join(folder, "data.csv"), content);
  const recipe = parseRecipe({ name: "t", task: "text-classification", data: { source: "data.csv", ...data }, model });
  return prepareData(recipe.data, { annotation: LABEL, baseDir: folder });
}

async function failure(rows: string | readonly string[], data: DataInput = {}): Promise<ModelwrightError> {
  const error: unknown = await prepare(rows, data).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ModelwrightError)) throw new Error(`expected a ModelwrightError, got ${String(error)}`);
  return error;
}

/** Texts that share no shingles worth naming. */
function sentence(i: number): string {
  const word = (n: number) => (Math.imul(i * 8 + n + 1, 0x9e3779b1) >>> 0).toString(36);
  return [1, 2, 3, 4, 5].map(word).join(" ");
}

function labelled(counts: Readonly<Record<string, number>>): string[] {
  let i = 0;
  return Object.entries(counts).flatMap(([label, count]) =>
    Array.from({ length: count }, () => `${sentence(i++)},${label}`),
  );
}

function detail(prepared: PreparedData, name: string): string | undefined {
  return prepared.report.steps.find((step) => step.name === name)?.detail;
}

const SMALL_TEST = expect.stringMatching(
  /^only \d+ rows? to test on: what is measured there may be far off; add rows, or raise data\.split\.test$/,
);

describe("prepareData", () => {
  test("sets no row aside to validate where the recipe wants none, nor asks for one", async () => {
    const split = { test: 0.5, validation: 0 };
    const prepared = await prepare(labelled({ a: 40, b: 2 }), { split }, { fineTune: "contrastive" });
    expect([prepared.train.length, prepared.validation.length, prepared.test.length]).toEqual([21, 0, 21]);
    expect(prepared.report.warnings).toEqual([]);
    expect(detail(prepared, "split")).toContain("train 21, validation 0, test 21");
  });

  test("splits as a column says, and drops rows of which it says nothing", async () => {
    const rows = labelled({ a: 30, b: 30 }).map(
      (row, i) => `${row},${["Train", "dev", "TEST", "train", "train"][i % 5]}`,
    );
    const lines = ["text,label,part", ...rows, `${sentence(99)},a,`].join("\n");
    const prepared = await prepare(lines, { split: { by: "column", column: "part" } });
    expect([prepared.train.length, prepared.validation.length, prepared.test.length]).toEqual([36, 12, 12]);
    expect(prepared.test.every(({ split }) => split === "test")).toBe(true);
    expect(detail(prepared, "split")).toBe('train 36, validation 12, test 12 (by column "part")');
    expect(detail(prepared, "missing values")).toBe("dropped 1 row without a text or a label or a split: data.csv:62");
    const error = await failure(lines.replace("TEST", "spare"), { split: { by: "column", column: "part" } });
    expect(error.message).toMatch(/data\.csv:4: "part" must be train, validation or test, .*got "spare"/);
    expect(await failure(lines, { split: { by: "column", column: "prat" } })).toMatchObject({
      code: "DATA_COLUMN_MISSING",
    });
  });

  test("keeps each row where it is by the hash of its id, or of its text, when rows are added", async () => {
    const rows = labelled({ a: 100, b: 100 });
    for (const withId of [false, true]) {
      const numbered = (some: readonly string[]) => some.map((row) => (withId ? `${row},${row.slice(0, 4)}` : row));
      const homes = async (some: readonly string[]) => {
        const header = withId ? "text,label,id" : "text,label";
        const split = { by: "hash" as const };
        const prepared = await prepare([header, ...numbered(some)].join("\n"), {
          split,
          columns: withId ? { id: "id" } : {},
        });
        return new Map(
          (["train", "validation", "test"] as const).flatMap((name) =>
            prepared[name].map(({ text }) => [text, name] as const),
          ),
        );
      };
      const [few, all] = [await homes(rows.filter((_, i) => i % 2 === 0)), await homes(rows)];
      for (const [text, name] of few) expect(all.get(text)).toBe(name);
      expect(new Set(few.values()).size).toBe(3);
    }
  });

  test("splits by label and reports each step with the rows left", async () => {
    const prepared = await prepare(labelled({ b: 50, a: 50 }));
    expect(prepared.labels).toEqual(["a", "b"]);
    expect([prepared.train.length, prepared.validation.length, prepared.test.length]).toEqual([70, 10, 20]);
    expect(prepared.test.filter((row) => row.label === "a")).toHaveLength(10);
    expect(prepared.report).toEqual({
      fields: 'column "text"',
      warnings: [],
      steps: [
        { name: "read", detail: "100 rows of data.csv", rows: 100 },
        { name: "exact duplicates", detail: "dropped 0 copies", rows: 100 },
        { name: "near duplicates", detail: expect.stringContaining("dropped 0 copies"), rows: 100 },
        { name: "split", detail: expect.stringContaining("train 70, validation 10, test 20"), rows: 100 },
      ],
    });
  });

  test("gives the same digest for the same rows and seed, another for any change", async () => {
    const rows = labelled({ a: 20, b: 20 });
    const { digest } = await prepare(rows);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect((await prepare(rows)).digest).toBe(digest);
    expect((await prepare(rows, { split: { seed: 8 } })).digest).not.toBe(digest);
    expect((await prepare([...rows.slice(0, -1), "changed text here,b"])).digest).not.toBe(digest);
  });

  test("drops exact copies, names conflicting labels, and keeps near duplicates in one split", async () => {
    const long = Array.from({ length: 8 }, (_, i) => sentence(900 + i)).join(" ");
    const variants = Array.from({ length: 10 }, (_, i) => `${long.slice(0, i * 25)}#${long.slice(i * 25 + 4)},a`);
    const rows = [...labelled({ a: 30, b: 30 }), `  ${sentence(0).toUpperCase()} ,a`, `${sentence(1)},b`, ...variants];
    const prepared = await prepare(rows);
    expect(detail(prepared, "exact duplicates")).toBe("dropped 2 copies");
    expect(prepared.report.warnings).toEqual([
      '1 row with the text of an earlier row but another label; the first counts: data.csv:63 says "b", data.csv:3 says "a"',
      SMALL_TEST,
    ]);
    const homes = [prepared.train, prepared.validation, prepared.test].map(
      (split) => split.filter((row) => row.text.includes("#")).length,
    );
    expect(homes.filter((count) => count > 0)).toHaveLength(1);
  });

  test("keeps all rows with duplicates: keep, copies in one split", async () => {
    const rows = [...labelled({ a: 30, b: 30 }), ...labelled({ a: 30, b: 30 })];
    const prepared = await prepare(rows, { clean: { duplicates: "keep" } });
    const splits = [prepared.train, prepared.validation, prepared.test];
    expect(splits.flat()).toHaveLength(120);
    for (const split of splits) expect(new Set(split.map((row) => row.text)).size).toBe(split.length / 2);
  });

  test("keeps the rows of a group in one split", async () => {
    const rows = labelled({ a: 40, b: 40 }).map((row, i) => `${row},thread ${i % 20}`);
    const prepared = await prepare(`text,label,thread\n${rows.join("\n")}\n`, { columns: { group: "thread" } });
    const threads = [prepared.train, prepared.validation, prepared.test].map((s) => new Set(s.map((row) => row.group)));
    expect(threads.map((set) => set.size).reduce((a, b) => a + b)).toBe(20);
    expect(threads.every((set) => set.size > 0)).toBe(true);
  });

  test("warns of rows that share an id", async () => {
    const rows = labelled({ a: 10, b: 10 }).map((row, i) => `${row},${i % 19}`);
    const prepared = await prepare(`text,label,key\n${rows.join("\n")}\n`, { columns: { id: "key" } });
    expect(prepared.report.warnings).toEqual(['1 row with the id of an earlier row: "0" (data.csv:21)', SMALL_TEST]);
  });

  test("drops rows without a text or a label, or names them", async () => {
    const rows = [...labelled({ a: 10, b: 10 }), ",a", "text without label,", "  ,b"];
    const prepared = await prepare(rows);
    expect(detail(prepared, "missing values")).toBe(
      "dropped 3 rows without a text or a label: data.csv:22, data.csv:23, data.csv:24",
    );
    const error = await failure(rows, { clean: { missing: "error" } });
    expect(error.code).toBe("DATA_MISSING_VALUES");
    expect(error.message).toBe(
      'data.csv: no text (column "text") in 2 of 23 rows: data.csv:22, data.csv:24. Fill them in, or set data.clean.missing: drop.',
    );
  });

  test("takes 200 classes, with every label in every split", async () => {
    const counts = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`class ${i}`, 3 + (i % 5)]));
    const prepared = await prepare(labelled(counts));
    expect(prepared.labels).toHaveLength(200);
    expect(prepared.report.warnings).toEqual([]);
    for (const split of [prepared.train, prepared.validation, prepared.test]) {
      expect(new Set(split.map((row) => row.label)).size).toBe(200);
    }
  });

  test.each([
    ["case and white space", ["Spam", "spam", "sp am"], 'labels that look like one: "Spam", "spam"'],
    ["unseen characters", ["a", "a\u200b", "b"], 'labels that look like one: "a", "a\\u{200b}"'],
    ["other spaces", ["x y", "x\u00a0y", "b"], 'labels that look like one: "x y", "x\\u{a0}y"'],
    ["the spelling of a number", ["0", "0.0", "1"], 'labels that look like one: "0", "0.0"'],
    ["Unicode form", ["caf\u00e9", "cafe\u0301", "tea"], 'labels that look like one: "cafe\u0301", "caf\u00e9"'],
    ["numbers that differ", ["1", "10", "1.5"], undefined],
  ])("labels that differ in %s", async (_, labels, warning) => {
    const { report } = await prepare(labelled(Object.fromEntries(labels.map((label) => [label, 40]))));
    expect(report.warnings).toEqual(warning === undefined ? [] : [warning]);
  });

  test.each([["__proto__"], ["constructor"], ["10"], ["9"], ["toString"], ["🙂"]])(
    "takes %s as a label like any other",
    async (label) => {
      const rows = Array.from({ length: 120 }, (_, i) => `${sentence(i)},${i % 2 === 0 ? label : "other"}`);
      const prepared = await prepare(rows);
      expect(prepared.labels).toEqual([label, "other"].toSorted());
      expect(prepared.test.filter((row) => row.label === label)).toHaveLength(12);
      expect(prepared.report.warnings).toEqual([]);
    },
  );

  test("says when half of the rows repeat a text, and what to do", async () => {
    const rows = labelled({ a: 60, b: 60 });
    const { report } = await prepare([...rows, ...rows.slice(0, 120)]);
    expect(report.warnings).toEqual([
      "120 rows of 240 repeat the text of another row; if texts repeat on purpose, set data.clean.duplicates: keep",
    ]);
    expect((await prepare([...rows, ...rows.slice(0, 100)])).report.warnings).toEqual([]);
  });

  test("doubts a text column of few values", async () => {
    const rows = Array.from({ length: 600 }, (_, i) => `${sentence(i % 12)},${i % 2 === 0 ? "a" : "b"}`);
    const { report } = await prepare(rows);
    expect(report.warnings).toContain(
      '588 rows of 600 repeat the text of another row; is "text", with 12 different texts, the column that holds the text?',
    );
  });

  test("names repeated texts as the cause where too few rows are left", async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `the same,${i % 2 === 0 ? "a" : "b"}`);
    const error = await failure(rows);
    expect(error.code).toBe("DATA_ROWS_REPEATED");
    expect(error.message).toBe(
      'data.csv: 100 rows have only 1 different text in the column "text", and each counts once: too few are left. Name the column that holds the text, if "text" does not; if texts repeat on purpose, set data.clean.duplicates: keep.',
    );
    // Where all rows would not be enough either, that is what is said.
    expect((await failure(["the same,a", "the same,a", "the same,a"])).code).toBe("DATA_SINGLE_LABEL");
  });

  test("refuses one column for the text and the label", async () => {
    await writeFile(join(folder, "data.csv"), "text,label\na,b\n");
    const columns = { text: "label", label: "label" };
    const recipe = parseRecipe({ name: "t", task: "text-classification", data: { source: "data.csv" } });
    await expect(
      prepareData({ ...recipe.data, columns }, { annotation: LABEL, baseDir: folder }),
    ).rejects.toMatchObject({ code: "DATA_COLUMN_SHARED", details: { column: "label", roles: ["text", "label"] } });
  });

  test("warns of labels that a split lacks and of labels that look like one", async () => {
    const prepared = await prepare(labelled({ Spam: 20, spam: 20, ham: 20, few: 2 }));
    expect(prepared.report.warnings).toEqual([
      'labels that look like one: "Spam", "spam"',
      'the validation split has no row of label "few"',
      SMALL_TEST,
    ]);
  });

  test.each([
    [
      "three rows",
      ["one,a", "two,b", "three,b"],
      "DATA_TOO_FEW_ROWS",
      "data.csv: 3 rows are too few to split; 2 labels need at least 6 rows after cleaning. Add at least 3 labelled rows.",
    ],
    ["one class", ["one,a", "two,a", "three,a", "four,a"], "DATA_SINGLE_LABEL", 'all 4 rows have the label "a"'],
    ["no labels", ["one,", "two,"], "DATA_EMPTY", "no row has both a text and a label"],
    [
      "a small label",
      [...labelled({ a: 9, b: 9 }), "alone,c"],
      "DATA_LABEL_TOO_SMALL",
      'data.csv: a label has fewer than 2 rows after cleaning: "c" (1, data.csv:20)',
    ],
  ] as const)("answers %s clearly", async (_, rows, code, message) => {
    const error = await failure(rows);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.status).toBe(400);
  });

  test("answers groups that leave a split empty", async () => {
    const rows = labelled({ a: 10, b: 10 }).map((row) => `${row},same`);
    const error = await failure(`text,label,g\n${rows.join("\n")}\n`, { columns: { group: "g" } });
    expect(error.code).toBe("DATA_SPLIT_EMPTY");
  });

  test("reports progress", async () => {
    await writeFile(join(folder, "data.csv"), `text,label\n${labelled({ a: 600, b: 600 }).join("\n")}\n`);
    const recipe = parseRecipe({ name: "t", task: "text-classification", data: { source: "data.csv" } });
    const seen: { step: string; done: number; total?: number }[] = [];
    await prepareData(recipe.data, {
      annotation: LABEL,
      baseDir: folder,
      onProgress: (progress) => seen.push(progress),
    });
    expect(new Set(seen.map((progress) => progress.step))).toEqual(new Set(["read", "duplicates"]));
    for (const { done, total } of seen) expect(done).toBeLessThanOrEqual(total ?? 1200);
  });
});

describe("a published test file", () => {
  async function prepareWithTest(train: readonly string[], testRows: readonly string[]): Promise<PreparedData> {
    await writeFile(join(folder, "test.csv"), `text,label\n${testRows.join("\n")}\n`);
    return prepare(train, { test: "test.csv" });
  }

  test("stays as it is; its copies are dropped from the training rows", async () => {
    const train = labelled({ a: 30, b: 30 });
    const long = Array.from({ length: 6 }, (_, i) => sentence(700 + i)).join(" ");
    const testRows = [train[0]!, train[0]!, "new one,a", "new two,b", `${long},a`];
    const prepared = await prepareWithTest([...train, `${long}!,b`, `${long.slice(0, -12)} other,a`], testRows);
    expect(prepared.test.map((row) => `${row.text},${row.label}`)).toEqual(testRows);
    expect(prepared.train.length + prepared.validation.length).toBe(60);
    expect(prepared.validation).toHaveLength(6);
    expect(detail(prepared, "exact duplicates")).toBe("dropped 1 copy, 1 of them copies of test rows");
    expect(detail(prepared, "near duplicates")).toContain("dropped 1 copy (similarity ≥ 0.95, 1 of test rows)");
    expect(prepared.report.warnings).toEqual([
      expect.stringMatching(/^1 training row nearly the same as a row of the test file/),
      expect.stringMatching(/^only 5 rows to test on: .*; give a test file with more$/),
    ]);
  });

  test("must not have a label that no training row has", async () => {
    await expect(prepareWithTest(labelled({ a: 10, b: 10 }), ["x,a", "y,c", "z,c"])).rejects.toMatchObject({
      code: "DATA_LABEL_UNSEEN",
      message: expect.stringContaining('test.csv: label "c" (2 rows, first test.csv:3) is in no training row'),
    });
  });

  test("needs rows", async () => {
    await expect(prepareWithTest(labelled({ a: 10, b: 10 }), [",a"])).rejects.toMatchObject({ code: "DATA_EMPTY" });
  });
});
