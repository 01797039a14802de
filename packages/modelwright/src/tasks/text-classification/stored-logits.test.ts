import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LabelledRows } from "./rows.ts";
import { logitsOfRows, readLogits } from "./stored-logits.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-logits-"));
});
afterAll(() => rm(folder, { recursive: true }));

const SPLIT: LabelledRows = {
  labels: ["delivery", "payment"],
  rows: [
    { id: "a.csv:2", origin: { file: "a.csv", line: 2 }, text: "my parcel", label: "delivery" },
    { id: "7", origin: { file: "a.csv", line: 3 }, text: "my bill", label: "payment" },
  ],
};

async function logitsOf(lines: readonly (string | object)[], { rows } = SPLIT) {
  const content = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  await writeFile(join(folder, "logits.jsonl"), content);
  return logitsOfRows(await readLogits("logits.jsonl", folder), { ...SPLIT, rows });
}

test("rows are found by text or id, labels by name", async () => {
  const lines = [
    { id: 7, logits: { payment: 2.5, delivery: -1 } },
    "",
    { text: " my parcel ", logits: { delivery: 0.25, payment: -3 } },
    { text: "another", logits: { delivery: 1, payment: 1 } },
  ];
  expect([...(await logitsOf(lines))]).toEqual([0.25, -3, -1, 2.5]);
  expect([
    ...(await logitsOf([`\ufeff${JSON.stringify(lines[2])}\r`], { ...SPLIT, rows: SPLIT.rows.slice(0, 1) })),
  ]).toEqual([0.25, -3]);
});

test("a pair is found by both of its texts", async () => {
  const rows = [{ id: "1", origin: { file: "a.csv", line: 2 }, text: "one", second: "two", label: "payment" }];
  const logits = { delivery: 1, payment: 2 };
  expect([...(await logitsOf([{ text: "one", second: "two", logits }], { ...SPLIT, rows }))]).toEqual([1, 2]);
  await expect(logitsOf([{ text: "one", logits }], { ...SPLIT, rows })).rejects.toThrow('none for row 1, "one');
});

const parcel = { text: "my parcel", logits: { delivery: 1, payment: 2 } };
test.each<[string, readonly (string | object)[], string, string]>([
  [
    "a row without logits",
    [parcel],
    "TRAINING_TEACHER_UNFIT",
    'training and validation row, got none for row 7, "my bill"',
  ],
  [
    "other labels",
    [{ text: "my parcel", logits: { delivery: 1, praise: 2 } }],
    "TRAINING_TEACHER_LABELS",
    'must be those of the training rows, got "praise" beside them and none for "payment"',
  ],
  ["what is no JSON", [parcel, "{"], "TRAINING_TEACHER_UNFIT", "must have a JSON object on each line, got line 2: {"],
  ["a list", [[1]], "TRAINING_TEACHER_UNFIT", "must have a JSON object on each line, got line 1: [1]"],
  ["no name", [{ logits: { a: 1 } }], "TRAINING_TEACHER_UNFIT", "must name each row by its text or its id, got line 1"],
  ["no logits", [{ id: 7 }], "TRAINING_TEACHER_UNFIT", "must have a number per label in logits, got line 1"],
  ["no numbers", [{ id: 7, logits: { a: "1" } }], "TRAINING_TEACHER_UNFIT", "must have a number per label in logits"],
  [
    "two answers for a text",
    [parcel, { text: "another", logits: parcel.logits }, { text: " my parcel", logits: { delivery: 2, payment: 1 } }],
    "TRAINING_TEACHER_UNFIT",
    "must say one thing of each row, got other logits on line 3 than on line 1",
  ],
  [
    "two answers for an id",
    [
      { id: 7, logits: { delivery: 1, payment: 2 } },
      { id: "7", logits: { delivery: 1, payment: 3 } },
    ],
    "TRAINING_TEACHER_UNFIT",
    "got other logits on line 2 than on line 1",
  ],
])("%s is told", async (_, lines, code, message) => {
  await expect(logitsOf(lines)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test("a row may be said twice in the same words", async () => {
  const bill = { id: 7, logits: { payment: 2, delivery: 1 } };
  expect([...(await logitsOf([parcel, bill, { ...bill, logits: { delivery: 1, payment: 2 } }]))]).toEqual([1, 2, 1, 2]);
});

test("a folder is told as what cannot be read", async () => {
  await expect(readLogits(".", folder)).rejects.toThrow("EISDIR");
});

test("a name that is neither a version nor a file is told", async () => {
  await expect(readLogits("tickets", folder)).rejects.toMatchObject({
    code: "TRAINING_TEACHER_UNFIT",
    message: expect.stringMatching(
      /must be a version, as tickets@champion or tickets:3, or .*, got no file .*tickets\. /,
    ),
  });
});
