import fc from "fast-check";
import { expect, test } from "vitest";
import { fromJson, toJson } from "./json.ts";

test("keeps NaN and infinities wherever they stand", () => {
  const value = { a: Number.NaN, b: [Infinity, { c: -Infinity }], d: null };
  expect(fromJson(toJson(value))).toEqual(value);
});

test("reads back any JSON value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(fromJson(toJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
