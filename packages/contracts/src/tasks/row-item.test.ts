import { expect, test } from "vitest";
import { rowItem } from "./row-item.ts";

const schema = rowItem({ maxItemBytes: 60 });

test.each([{}, { age: 31, plan: "basic", paid: true, note: null }, { 城市: "北京" }])("%j is a row", (row) => {
  expect(schema.parse(row)).toEqual(row);
});

test.each([
  ["a text", "must be a row"],
  [["a"], "must be a row"],
  [null, "must be a row"],
  [{ age: { years: 3 } }, "age"],
  [{ note: "x".repeat(60) }, "at most 60 bytes"],
])("%j is none", (value, message) => {
  expect(JSON.stringify(schema.safeParse(value).error?.issues)).toContain(message);
});
