import fc from "fast-check";
import { expect, test } from "vitest";
import { textInMemory } from "../testing/text-in-memory.ts";
import { type JsonValue, jsonValues } from "./json-values.ts";

async function valuesOf(json: string, pieceLength = 7): Promise<JsonValue[]> {
  const values: JsonValue[] = [];
  for await (const value of jsonValues(textInMemory("a.json", json, pieceLength))) values.push(value);
  return values;
}

const document = fc.tuple(fc.constantFrom(undefined, 1, "\t"), fc.integer({ min: 1, max: 30 }));

test("a list is cut into its elements, however it is laid out and in pieces of any length", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), document, async (list, [space, pieceLength]) => {
      const values = await valuesOf(JSON.stringify(list, undefined, space), pieceLength);
      expect(values.map(({ json }) => JSON.parse(json) as unknown)).toEqual(JSON.parse(JSON.stringify(list)));
      expect(values.every(({ within, key }) => within === "list" && key === undefined)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test("an object is cut into its members, and those into their elements", async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), document, async (object, [space, pieceLength]) => {
      const values = await valuesOf(JSON.stringify(object, undefined, space), pieceLength);
      const expected = Object.entries(JSON.parse(JSON.stringify(object)) as object).flatMap(([key, value]) =>
        typeof value === "object" && value !== null
          ? Object.values(value).map((each: unknown) => [key, each])
          : [[key, value]],
      );
      expect(values.map(({ key, json }) => [key, JSON.parse(json) as unknown])).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

test("says where each value begins", async () => {
  const values = await valuesOf('\n{\n"a": [\n1,\n\n{"b":\n2}],"c":\n"d"}');
  expect(values).toEqual([
    { json: "1", line: 4, within: "list", key: "a" },
    { json: '{"b":\n2}', line: 6, within: "list", key: "a" },
    { json: '"d"', line: 8, within: "document", key: "c" },
  ]);
});

test.each([
  ["[1 2]", "a comma is needed"],
  ["[1,]", 'a value is needed, got "]"'],
  ['{"a" 1}', "a colon is needed"],
  ["{a: 1}", "a key in double quotes is needed"],
  ['{"a": 1]', "a comma is needed"],
  ['["a', "the file ends within a value"],
  ['{"a":', "the file ends within a value"],
])("refuses %s", async (json, message) => {
  await expect(valuesOf(json)).rejects.toMatchObject({
    code: "DATA_ROW_MALFORMED",
    message: expect.stringContaining(message),
  });
});
