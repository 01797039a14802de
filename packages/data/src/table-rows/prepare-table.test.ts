import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LABEL } from "../annotations/label.ts";
import { TARGET } from "../annotations/target.ts";
import { readEvaluationTable } from "./evaluation-table.ts";
import { prepareTable, type TableSettings } from "./prepare-table.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-tables-"));
});
afterAll(() => rm(folder, { recursive: true }));

const settings: TableSettings = {
  source: "data.csv",
  columns: { label: "label" },
  kinds: {},
  ignore: [],
  clean: { duplicates: "keep", missing: "drop" },
  split: { test: 0.2, validation: 0.1, stratify: true, seed: 7 },
};
const HEADER = "id,country,age,plan,since,label";
/** Rows that differ; a third has the label "left". */
const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const plan = i % 10 === 0 ? "" : ["basic", "pro"][i % 2];
    return `C${i},DE,${20 + ((i * 7) % 43) / 2},${plan},2026-0${1 + (i % 9)}-11,${i % 3 === 0 ? "left" : "stayed"}`;
  });

async function prepare(lines: readonly string[], changes: Partial<TableSettings> = {}) {
  await writeFile(join(folder, "data.csv"), `${[HEADER, ...lines].join("\n")}\n`);
  return prepareTable(
    { ...settings, columns: { label: "label", id: "id" }, ...changes },
    { annotation: LABEL, baseDir: folder },
  );
}

describe("a table", () => {
  test("becomes typed columns in three splits, each with its share of labels", async () => {
    const { train, validation, test: held, labels, report, looks } = await prepare(rows(300));
    expect([train, validation, held].map((split) => split.rows.length)).toEqual([210, 30, 60]);
    expect(labels).toEqual(["left", "stayed"]);
    expect(held.rows.filter(({ label }) => label === "left")).toHaveLength(20);
    expect(looks.map(({ name, kind }) => `${name} ${kind}`)).toEqual(["age number", "plan category", "since date"]);
    expect(train.frame).toMatchObject({ rows: 210 });
    expect(report.fields).toBe("3 columns: 1 number, 1 category, 1 date");
    expect(report.steps.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
      "read: 300 rows of data.csv",
      'columns left out: "country" says the same in all rows',
      "split: train 210, validation 30, test 60 (stratified by label, groups kept together, seed 7)",
    ]);
    expect(report.warnings).toEqual([]);
  });

  test("may be split by a date that the model reads too, and by a column that it does not", async () => {
    const byTime = await prepare(rows(100), { split: { ...settings.split, by: "time", column: "since" } });
    const moments = (part: typeof byTime.train) => part.rows.map(({ time }) => time!);
    expect(Math.max(...moments(byTime.train))).toBeLessThan(Math.min(...moments(byTime.validation)));
    expect(Math.max(...moments(byTime.validation))).toBeLessThan(Math.min(...moments(byTime.test)));
    expect(byTime.looks.map(({ name }) => name)).toEqual(["age", "plan", "since"]);
    const named = rows(100).map((row, i) => row.replace(/,DE,/, `,${["训练", "测试", "训练"][i % 3]},`));
    const byColumn = await prepare(named, { split: { ...settings.split, by: "column", column: "country" } });
    expect(byColumn.test.rows).toHaveLength(33);
    expect(byColumn.validation.rows).toHaveLength(10);
    expect(byColumn.looks.map(({ name }) => name)).toEqual(["age", "plan", "since"]);
  });

  test("gives the same rows and digest each time, and another digest where a value differs", async () => {
    const [one, same] = [await prepare(rows(60)), await prepare(rows(60))];
    expect(same.digest).toBe(one.digest);
    expect(same.test.rows).toEqual(one.test.rows);
    const other = await prepare(rows(60).with(5, "C5,DE,99,pro,2026-01-11,stayed"));
    expect(other.digest).not.toBe(one.digest);
    const asCategory = await prepare(rows(60), { kinds: { age: "category" } });
    expect(asCategory.digest).not.toBe(one.digest);
  });

  test("loses rows without a label, and says which", async () => {
    const { report, train, validation, test: held } = await prepare([...rows(60), "C60,DE,30,pro,2026-01-11,"]);
    expect(train.rows.length + validation.rows.length + held.rows.length).toBe(60);
    expect(report.steps[1]).toMatchObject({ detail: "dropped 1 row without a label: data.csv:62" });
    await expect(
      prepare([...rows(60), "C60,DE,30,pro,2026-01-11,"], { clean: { ...settings.clean, missing: "error" } }),
    ).rejects.toMatchObject({ code: "DATA_MISSING_VALUES" });
  });

  test("keeps few copies in one split, or drops them, and tells of rows that contradict one another", async () => {
    const copies = [rows(90)[4]!, rows(90)[4]!, rows(90)[7]!];
    const contradiction = rows(90)[9]!.replace("C9", "C900").replace("left", "stayed");
    const kept = await prepare([...rows(90), ...copies, contradiction]);
    expect(kept.report.warnings[0]).toMatch(/^3 rows of 94 rows repeat an earlier row in every column/);
    expect(kept.report.warnings.join("\n")).toMatch(
      /1 row with the values of an earlier row but another label: data.csv:95 says "stayed", data.csv:11 says "left"/,
    );
    const splitsOf = (id: string) =>
      (["train", "validation", "test"] as const).filter((name) => kept[name].rows.some((row) => row.id === id));
    expect(splitsOf("C4")).toHaveLength(1);
    expect(splitsOf("C9")).toEqual(splitsOf("C900"));
    const dropped = await prepare([...rows(90), ...copies], { clean: { ...settings.clean, duplicates: "exact" } });
    expect(dropped.report.steps[1]).toMatchObject({ name: "exact duplicates", detail: "dropped 3 copies", rows: 90 });
  });

  test("leaves out what is ignored or only names the rows, unless its kind is given", async () => {
    const named = await prepare(rows(60), { columns: { label: "label" } });
    expect(named.report.steps[1]?.detail).toContain('"id" numbers or names the rows');
    const wanted = await prepare(rows(60), { columns: { label: "label" }, kinds: { id: "category" }, ignore: ["age"] });
    expect(wanted.looks.map(({ name }) => name)).toEqual(["id", "plan", "since"]);
    await expect(prepare(rows(60), { ignore: ["agee"] })).rejects.toMatchObject({
      code: "FEATURES_SETTING_INVALID",
      message: expect.stringContaining('data.ignore: "agee" must name a column of the data'),
    });
    const none = prepare(rows(60), { columns: { label: "label" }, ignore: ["age", "plan", "since"] });
    await expect(none).rejects.toMatchObject({
      code: "FEATURES_NONE",
      message: expect.stringContaining('no column is left to learn from: "id" numbers or names the rows'),
    });
  });

  test("counts values that do not fit a given kind, with their places", async () => {
    const { report } = await prepare(rows(60).with(3, "C3,DE,old,pro,2026-01-11,left"), { kinds: { age: "number" } });
    expect(report.warnings).toContain('"age": 1 value that is no number count as missing: data.csv:5: "old"');
  });

  test("takes a published test file with the columns and kinds of the training rows", async () => {
    await writeFile(join(folder, "test.csv"), `id,label,since,plan,age\nx,left,2026-02-01,gold,44\ny,stayed,,basic,\n`);
    const { test: held, train, validation } = await prepare(rows(60), { test: "test.csv" });
    expect(train.rows.length + validation.rows.length).toBe(60);
    expect(held.frame.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "age number",
      "plan category",
      "since date",
    ]);
    await writeFile(join(folder, "test.csv"), "id,label,plan\nx,left,gold\n");
    await expect(prepare(rows(60), { test: "test.csv" })).rejects.toMatchObject({ code: "FEATURES_COLUMN_MISSING" });
    await writeFile(join(folder, "test.csv"), "id,label,since,plan,age\nx,lost,2026-02-01,gold,44\n");
    await expect(prepare(rows(60), { test: "test.csv" })).rejects.toMatchObject({ code: "DATA_LABEL_UNSEEN" });
  });

  test("is drawn from with each label's share, up to a limit", async () => {
    const { report, train, validation, test: held } = await prepare(rows(300), { limit: 60 });
    const all = [...train.rows, ...validation.rows, ...held.rows];
    expect(all).toHaveLength(60);
    expect(all.filter(({ label }) => label === "left")).toHaveLength(20);
    expect(report.steps[0]?.detail).toBe("drew 60 rows of 300 rows of data.csv (seed 7)");
  });
});

test("rows that repeat by nature are no copies: a table of few values is split by rows", async () => {
  const lines = Array.from({ length: 90 }, (_, i) => `${["a", "b", "c"][i % 3]},${i % 2 === 0 ? "x" : "y"}`);
  await writeFile(join(folder, "few.csv"), `kind,label\n${lines.join("\n")}\n`);
  const { test: held } = await prepareTable({ ...settings, source: "few.csv" }, { annotation: LABEL, baseDir: folder });
  expect(held.rows).toHaveLength(18);
});

test("numbers are stratified by tenths", async () => {
  const lines = Array.from({ length: 200 }, (_, i) => `${["a", "b"][i % 2]},${i / 7},${i}`);
  await writeFile(join(folder, "prices.csv"), `kind,size,price\n${lines.join("\n")}\n`);
  const given = { ...settings, source: "prices.csv", columns: { target: "price" } };
  const { test: held } = await prepareTable(given, { annotation: TARGET, baseDir: folder });
  expect(held.rows.filter(({ target }) => target < 100)).toHaveLength(20);
});

test("a file to evaluate on is read as the model reads, whatever else it holds", async () => {
  const path = join(folder, "new.csv");
  await writeFile(path, "more,label,age\n1,left,33\n2,,40\n3,stayed,x\n");
  const read = await readEvaluationTable(path, {
    annotation: LABEL,
    read: [{ name: "age", kind: "number" }],
    columns: {},
    trained: { label: "label" },
  });
  expect(read.split.rows.map(({ label }) => label)).toEqual(["left", "stayed"]);
  expect(read.split.frame.columns).toMatchObject([{ name: "age", kind: "number" }]);
  expect(read.skipped).toEqual([{ rows: 1, reason: "no label" }]);
  expect(read.warnings.join("\n")).toContain('new.csv: "age": 1 value that is no number');
});
