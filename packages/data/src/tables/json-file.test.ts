import { describe, expect, test } from "vitest";
import { textInMemory } from "../testing/text-in-memory.ts";
import { readJson } from "./json-file.ts";

async function read(json: string, wanted?: readonly string[]) {
  const { columns, rows } = await readJson(textInMemory("a.json", json), wanted === undefined ? {} : { wanted });
  const found: unknown[] = [];
  for await (const { cells, kinds, line } of rows) found.push([...cells, kinds?.map((kind) => kind ?? "text"), line]);
  return { columns, rows: found };
}

const TWO = {
  columns: ["a", "b"],
  rows: [
    ["1.10", "x", ["number", "text"], 1],
    ["2", undefined, ["number", "null"], 1],
  ],
};

describe("rows are found where they are", () => {
  test.each([
    ["in the list that the document is", '[{"a":1.10,"b":"x"},{"a":2,"b":null}]'],
    [
      "in the one member that is a list of objects",
      '{"page":1,"tags":[1],"data":[{"a":1.10,"b":"x"},{"a":2,"b":null}]}',
    ],
    ["column by column", '{"a":[1.10,2],"b":["x",null]}'],
    ["column by column, as pandas writes it", '{"a":{"0":1.10,"1":2},"b":{"0":"x","1":null}}'],
  ])("%s", async (_, json) => {
    expect(await read(json)).toEqual(TWO);
  });

  test("in lines, by another name", async () => {
    expect((await read('{"a":1,"b":"x"}\n{"a":2}\n')).rows).toEqual([
      ["1", "x", ["number", "text"], 1],
      ["2", undefined, ["number", "text"], 2],
    ]);
  });

  test("in an object of plain values", async () => {
    expect(await read('{\n"a": 1,\n"b": "x"\n}\n')).toEqual({
      columns: ["a", "b"],
      rows: [["1", "x", ["number", "text"], 1]],
    });
  });
});

test.each([
  ['{"users":[{"a":1}],"items":[{"b":1}]}', 'several lists of objects, "users" and "items"'],
  ['{"first":{"a":1},"second":{"a":2}}', 'an object with the members "first", "second"'],
  ["17", "a single value"],
])("says why no rows are found in %s", async (json, message) => {
  await expect(read(json)).rejects.toMatchObject({
    code: "DATA_LAYOUT_UNKNOWN",
    message: expect.stringContaining(message),
  });
});

test.each([
  ['{"a":[1,2],"b":[1]}', 'the column "b" has 1 values, the first column has 2'],
  ['{"a":[1,nul]}', "not valid JSON"],
  ['[{"a":NaN}]', "NaN is no JSON: write null"],
])("refuses %s", async (json, message) => {
  await expect(read(json)).rejects.toMatchObject({
    code: "DATA_ROW_MALFORMED",
    message: expect.stringContaining(message),
  });
});
