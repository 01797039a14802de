import { expect, test } from "vitest";
import { textInMemory } from "../testing/text-in-memory.ts";
import { readJsonLines } from "./json-lines.ts";

async function read(...objects: object[]) {
  const table = await readJsonLines(
    textInMemory("names.jsonl", objects.map((each) => JSON.stringify(each)).join("\n")),
  );
  const rows = [];
  for await (const { cells, kinds, line } of table.rows) rows.push({ cells, kinds, line });
  return { columns: table.columns, rows };
}

test.each(["tags", "ner_tags", "labels"])("lists of tokens and of their %s are a text and its spans", async (tags) => {
  const { columns, rows } = await read(
    { id: 7, tokens: ["Anna", "Lindqvist", "left", "Oslo", "."], [tags]: ["B-PER", "I-PER", "O", "S-LOC", "O"] },
    { id: 8, tokens: [], [tags]: [] },
  );
  expect(columns).toEqual(["text", "spans", "id"]);
  expect(rows.map(({ line }) => line)).toEqual([1, 2]);
  const [text, spans, id] = rows[0]!.cells;
  expect([text, id]).toEqual(["Anna Lindqvist left Oslo .", "7"]);
  expect(JSON.parse(spans!)).toEqual([
    { start: 0, end: 14, label: "PER" },
    { start: 20, end: 24, label: "LOC" },
  ]);
  expect(rows[0]!.kinds).toEqual([undefined, "list", "number"]);
  expect(rows[1]!.cells).toEqual(["", "[]", "8"]);
});

test("a table that has a text, or no lists, stays as it is", async () => {
  const named = await read({ text: "a b", tokens: ["a", "b"], tags: ["O", "O"] });
  expect(named.columns).toEqual(["text", "tokens", "tags"]);
  const labelled = await read({ words: "a text", labels: ["praise", "price"] });
  expect(labelled.columns).toEqual(["words", "labels"]);
});

test("labels of a text are no tags, though there is a list of words beside them", async () => {
  const row = { title: "A", body: "b", words: ["a", "b"], tags: ["news"] };
  expect((await read(row, { ...row, tags: ["news", "sport"] })).columns).toEqual(["title", "body", "words", "tags"]);
  expect((await read({ words: ["a"], tags: [] }, { words: ["a"], tags: ["news"] })).columns).toEqual(["words", "tags"]);
});

test("columns that a recipe names stay as they are", async () => {
  const text = textInMemory("x.jsonl", JSON.stringify({ title: "A b", words: ["A", "b"], tags: ["O", "O"] }));
  expect((await readJsonLines(text, { wanted: ["title", "tags"] })).columns).toEqual(["title", "words", "tags"]);
  expect((await readJsonLines(text)).columns).toEqual(["text", "spans", "title"]);
});

test.each([
  [{ tokens: ["a", "b"], tags: ["O"] }, "names.jsonl:2: 2 tokens have 1 tags"],
  [{ tokens: ["a"], tags: [3] }, "tags must be a list of texts, got [3]; write the names of the tags"],
  [{ tokens: "a", tags: ["O"] }, "tokens must be a list of texts, got a"],
  [{ tokens: ["a"] }, "tags must be a list of texts, got nothing"],
  [
    { tokens: ["a"], tags: ["X-A"] },
    'names.jsonl:2: the tag must be O, or B-, I-, E-, L-, S- or U- and a label, got "X-A"',
  ],
])("what is wrong is told with its line: %j", async (broken, message) => {
  await expect(read({ tokens: ["a"], tags: ["O"] }, broken)).rejects.toThrow(message);
});
