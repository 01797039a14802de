import { expect, test } from "vitest";
import { readCsv } from "../tables/csv.ts";
import { readJsonLines } from "../tables/json-lines.ts";
import { textInMemory } from "../testing/text-in-memory.ts";
import { readRows } from "./read-rows.ts";
import type { Role } from "./roles.ts";

const csv = (text: string) => readCsv(textInMemory("rows.csv", text));
const json = (text: string) => readJsonLines(textInMemory("rows.jsonl", text));

test("a target is a number, whichever format spells it", async () => {
  const rows = await readRows(await csv("text,target\na, 3.50 \nb,-1e3\nc,\nd,.5\n"), { required: ["text", "target"] });
  expect(rows.rows.map(({ target }) => target)).toEqual([3.5, -1000, undefined, 0.5]);
  const lines = '{"text":"a","target":3.5}\n{"text":"b","target":"7"}\n{"text":"c","target":null}\n';
  const typed = await readRows(await json(lines), { required: ["text", "target"] });
  expect(typed.rows.map(({ target }) => target)).toEqual([3.5, 7, undefined]);
});

test.each(["1,5", "twelve", "NaN", "Infinity", "1e999", "0x10", "--1"])("%s is no target", async (value) => {
  const table = await csv(`text;target\na;1\nb;${value}\n`);
  await expect(readRows(table, { required: ["text", "target"] })).rejects.toMatchObject({
    code: "DATA_VALUE_TYPE",
    details: { file: "rows.csv", line: 3, column: "target", got: JSON.stringify(value) },
    message: expect.stringContaining(`rows.csv:3: "target" must be a number, with a decimal point, got "${value}"`),
  });
});

test("labels are a JSON list, or stand between the separator that the column has", async () => {
  const labelsOf = async (text: string) =>
    (await readRows(await csv(text), { required: ["labels"] })).rows.map(({ labels }) => labels);
  expect(await labelsOf('labels\n"a, b|c|c"\nc\n[]\n"[""x"", 1, true]"\n')).toEqual([
    ["a, b", "c"],
    ["c"],
    [],
    ["x", "1", "true"],
  ]);
  expect(await labelsOf('x,labels\n1,"a; b,c"\n2,\n')).toEqual([["a", "b,c"], undefined]);
  expect(await labelsOf('labels\n"a,b"\n')).toEqual([["a", "b"]]);
  const lists = '{"labels":["a","b"]}\n{"labels":"c"}\n{"labels":[]}\n';
  expect((await readRows(await json(lists), { required: ["labels"] })).rows.map(({ labels }) => labels)).toEqual([
    ["a", "b"],
    ["c"],
    [],
  ]);
  await expect(readRows(await json('{"labels":[["a"]]}\n'), { required: ["labels"] })).rejects.toMatchObject({
    code: "DATA_VALUE_TYPE",
  });
});

test("times are dates or seconds, without a zone in UTC", async () => {
  const table = await csv("time\n2026-01-31\n2026-01-31 12:30\n2026-01-31T12:30+02:00\n86400\n");
  const { rows } = await readRows(table, { required: ["time"] });
  expect(rows.map(({ time }) => time)).toEqual([
    Date.UTC(2026, 0, 31),
    Date.UTC(2026, 0, 31, 12, 30),
    Date.UTC(2026, 0, 31, 10, 30),
    86_400_000,
  ]);
  await expect(readRows(await csv("time\n2026-01-31\n31/01/2026\n"), { required: ["time"] })).rejects.toMatchObject({
    code: "DATA_VALUE_TYPE",
    message: expect.stringContaining(':3: "time" must be a date'),
  });
});

test("times are written as most rows of their column write them", async () => {
  for (const [cells, doubt] of [
    [["31/01/2026", "01/02/2026"], undefined],
    [["2026年1月31日", "2026年2月1日"], undefined],
    [["01/31/2026", "02/01/2026"], undefined],
    [["01/02/2026", "03/02/2026"], "may be 01/31/2026 or 31/01/2026; 31/01/2026 was taken"],
  ] as const) {
    const table = await csv(`time\n${cells.join("\n")}\n`);
    const { rows } = await readRows(table, { required: ["time"] });
    expect(rows[1]!.time! - rows[0]!.time!).toBeGreaterThan(0);
    expect([...table.warnings].filter((warning) => warning.includes("dates"))).toEqual(
      doubt === undefined ? [] : [expect.stringContaining(doubt)],
    );
  }
});

test("splits are named by common words of any case", async () => {
  const table = await csv(
    "split\nTrain\nTRAINING_SET\nval\nDev\nvalidation split\nTest\nhold-out\n训练集\n验证\n测试集\n",
  );
  const { rows } = await readRows(table, { required: ["split"] });
  expect(rows.map(({ split }) => split)).toEqual([
    ...["train", "train", "validation", "validation", "validation", "test", "test"],
    ...["train", "validation", "test"],
  ]);
  await expect(readRows(await csv("split\ntrain\nspare\n"), { required: ["split"] })).rejects.toMatchObject({
    code: "DATA_VALUE_TYPE",
    message: expect.stringMatching(/:3: "split" must be train, validation or test.*"spare"/),
  });
});

test("ids and labels beyond 2⁵³ keep their digits", async () => {
  const table = await json('{"text":"a","label":1436278513418522631}\n{"text":"b","label":1436278513418522632}\n');
  const { rows } = await readRows(table, { required: ["text", "label"], columns: { id: "label" } });
  expect(rows.map(({ id, label }) => [id, label])).toEqual([
    ["1436278513418522631", "1436278513418522631"],
    ["1436278513418522632", "1436278513418522632"],
  ]);
});

test.each<[string, readonly Role[], Readonly<Record<string, string>>]>([
  [
    "body,queue\nwhere is my parcel,a\nit is late again,b\nstill late today,a\n",
    ["text", "label"],
    { text: "body", label: "queue" },
  ],
  ["title,stars\na good book,4\na bad book,1\n", ["text", "target"], { text: "title", target: "stars" }],
  ["tags,story\na|b,once upon a time\n", ["text", "labels"], { text: "story", labels: "tags" }],
  [
    "id,question,answer\n1,where is it,on the table\n2,who came,the neighbours came\n",
    ["positive", "text"],
    { positive: "answer", text: "question" },
  ],
  [
    "sentence1,sentence2,score\na man eats,a man is eating,4.5\na dog runs,two cats sleep,0.5\n",
    ["second", "similarity", "text"],
    { second: "sentence2", similarity: "score", text: "sentence1" },
  ],
  ["text,label,body\na,b,a much longer text\n", ["text", "label"], { text: "text", label: "label" }],
])("columns that nobody names are found: %s", async (text, required, columns) => {
  const table = await csv(text);
  expect((await readRows(table, { required })).columns).toEqual(columns);
  const guessed = Object.entries(columns).filter(([role, column]) => role !== column);
  expect([...table.warnings]).toEqual(
    guessed.map(([role, column]) =>
      expect.stringContaining(`no column is called "${role}"; "${column}" looks like it`),
    ),
  );
});

test("a column that is named must be there, once", async () => {
  const text = "body,label,label\na b c,x,y\n";
  const request = { required: ["text", "label"] } as const;
  await expect(readRows(await csv(text), { ...request, columns: { text: "text" } })).rejects.toMatchObject({
    code: "DATA_COLUMN_MISSING",
    details: { column: "text", role: "text", available: ["body", "label", "label_2"] },
  });
  await expect(readRows(await csv(text), { ...request, columns: { label: "label" } })).rejects.toMatchObject({
    code: "DATA_COLUMN_REPEATED",
  });
});
