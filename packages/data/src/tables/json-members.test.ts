import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonMembers } from "./json-members.ts";

const where = { file: "a.jsonl", line: 3 };

test("numbers and nested values keep the spelling of the file", () => {
  const json =
    ' { "id" : 1436278513418522631 ,"n":1.10, "list":[1.0, {"]":"}"}] ,"e":1e-3,"no":null,"yes":true,"":{} } ';
  expect(jsonMembers(json, where)).toEqual([
    { key: "id", text: "1436278513418522631", kind: "number" },
    { key: "n", text: "1.10", kind: "number" },
    { key: "list", text: '[1.0, {"]":"}"}]', kind: "list" },
    { key: "e", text: "1e-3", kind: "number" },
    { key: "no", text: "null", kind: "null" },
    { key: "yes", text: "true", kind: "boolean" },
    { key: "", text: "{}", kind: "object" },
  ]);
  expect(jsonMembers("{}", where)).toEqual([]);
});

test("any object is read as JSON.parse reads it, however it is laid out", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 1, "\t"), (object, space) => {
      const json = JSON.stringify(object, undefined, space);
      const members = jsonMembers(json, where).map(({ key, text, kind }) => [
        key,
        kind === undefined ? text : JSON.parse(text),
      ]);
      expect(members).toEqual(Object.entries(JSON.parse(json) as object));
    }),
  );
});

test("lists that lie deeper within each other than any data do are refused", () => {
  const nested = (depth: number) => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  expect(jsonMembers(nested(1000), where)).toHaveLength(1);
  expect(() => jsonMembers(nested(100_000), where)).toThrow(
    expect.objectContaining({ code: "DATA_ROW_MALFORMED", details: expect.objectContaining(where) }),
  );
});
