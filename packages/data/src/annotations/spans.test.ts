import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAnnotatedRows } from "../annotated-rows.ts";
import { type DataSettings, prepareData } from "../prepare-data.ts";
import { SPANS } from "./spans.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-spans-"));
});
afterAll(() => rm(folder, { recursive: true }));

const settings: DataSettings = {
  source: "names.conll",
  columns: {},
  clean: { duplicates: "exact", missing: "drop" },
  split: { test: 0.2, validation: 0.1, stratify: true, seed: 7 },
};

const PLACES = ["Paris", "Oslo", "Rome", "Lima"];
const sentence = (i: number) => {
  const place = `${PLACES[i % 4]} B-LOC`;
  return i % 5 === 0
    ? `nothing O\nnumber O\n${i} O`
    : `trip O\n${i} O\nto O\n${place}${i % 3 === 0 ? "\nby O\nAda B-PER" : ""}`;
};
const conll = (count: number) => Array.from({ length: count }, (_, i) => sentence(i)).join("\n\n");

async function prepare(text: string, changes: Partial<DataSettings> = {}) {
  await writeFile(join(folder, changes.source ?? settings.source), text);
  return prepareData({ ...settings, ...changes }, { annotation: SPANS, baseDir: folder });
}

test("sentences are split with a share of each label, copies dropped", async () => {
  const { labels, train, validation, test: held, report } = await prepare(`${conll(100)}\n\n${sentence(7)}\n`);
  expect(labels).toEqual(["LOC", "PER"]);
  expect([train.length, validation.length, held.length]).toEqual([70, 10, 20]);
  const withPerson = held.filter(({ spans }) => spans.some(({ label }) => label === "PER"));
  expect(Math.abs(withPerson.length - 0.2 * 26)).toBeLessThanOrEqual(1);
  expect(report.steps.map(({ name }) => name)).toEqual(["read", "exact duplicates", "split"]);
});

test("one label is enough, and documents stay whole", async () => {
  const documents = Array.from(
    { length: 30 },
    (_, i) => `-DOCSTART- O\n\nin O\n${i}a O\nOslo B-LOC\n\nand O\n${i}b O\n`,
  );
  const { labels, train, validation, test: held } = await prepare(documents.join("\n"));
  expect(labels).toEqual(["LOC"]);
  const groups = [train, validation, held].map((rows) => new Set(rows.map(({ group }) => group)));
  expect(groups.reduce((sum, { size }) => sum + size, 0)).toBe(30);
});

describe("JSON Lines", () => {
  const read = async (rows: readonly object[]) => {
    const file = join(folder, "names.jsonl");
    await writeFile(file, rows.map((row) => JSON.stringify(row)).join("\n"));
    return readAnnotatedRows(file, "spans");
  };

  test.each([
    ["spans", { text: "in Oslo", spans: [{ start: 3, end: 7, label: "LOC" }] }],
    ["entities", { text: "in Oslo", entities: [{ start: 3, end: 7, label: "LOC", text: "Oslo" }] }],
    ["lists", { text: "in Oslo", spans: [[3, 7, "LOC"]] }],
    ["white space around the text", { text: "  in Oslo ", spans: [{ start: 5, end: 9, label: "LOC" }] }],
    ["a span with the white space around the text", { text: "in Oslo ", spans: [{ start: 3, end: 8, label: "LOC" }] }],
  ])("with %s", async (_, row) => {
    const { rows } = await read([row]);
    expect(rows).toMatchObject([{ text: "in Oslo", spans: [{ start: 3, end: 7, label: "LOC" }] }]);
  });

  test("spans come in their order, also beyond U+FFFF", async () => {
    const { rows } = await read([
      {
        text: "🎉 Ada, Bo",
        spans: [
          [8, 10, "PER"],
          [3, 6, "PER"],
        ],
      },
      { text: "no one", spans: [] },
    ]);
    expect(rows.map(({ text, spans }) => spans.map(({ start, end }) => text.slice(start, end)))).toEqual([
      ["Ada", "Bo"],
      [],
    ]);
  });

  test.each([
    ["outside", [[3, 9, "LOC"]], "a span must lie in its text of 7 characters, got LOC 3 to 9"],
    ["before", [[-1, 2, "LOC"]], "a span must lie in its text"],
    ["empty", [[3, 3, "LOC"]], "a span must hold a character, got LOC 3 to 3"],
    ["half an offset", [[3.5, 7, "LOC"]], "offsets must be whole numbers"],
    ["white space", [[2, 3, "LOC"]], "a span must hold more than white space"],
    [
      "overlapping",
      [
        [0, 5, "A"],
        [3, 7, "B"],
      ],
      "spans must not overlap, got B 3 to 7 behind A 0 to 5",
    ],
    ["another text", [[3, 7, "LOC", "Rome"]], 'the span must say "Rome" as its text does, got "Oslo"'],
  ])("refuses what is %s, with its place", async (_, spans, message) => {
    const rows = [
      { text: "in Rome", spans: [] },
      { text: "in Oslo", spans },
    ];
    await expect(read(rows)).rejects.toMatchObject({
      code: "DATA_SPAN_INVALID",
      message: expect.stringContaining(`names.jsonl:2: ${message}`),
    });
  });

  test.each([
    ["a word", "LOC"],
    ["a number", 3],
    ["no label", [[0, 2, ""]]],
    ["no offsets", [{ label: "LOC" }]],
  ])("refuses spans that are %s", async (_, spans) => {
    await expect(read([{ text: "in Oslo", spans }])).rejects.toMatchObject({ code: "DATA_VALUE_TYPE" });
  });
});
