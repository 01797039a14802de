import { expect, test } from "vitest";
import type { OutputCell } from "../tables/write-table.ts";
import { type ColumnType, withCell } from "./column-types.ts";

const number = (text: string): OutputCell => ({ text, kind: "number" });
const truth: OutputCell = { text: "true", kind: "boolean" };

test.each<[OutputCell[], ColumnType | undefined]>([
  [[undefined, { text: "null", kind: "null" }], undefined],
  [[number("1"), undefined, number("-42")], "BIGINT"],
  [[number("1"), number("1.5"), number("2")], "DOUBLE"],
  [[number("9223372036854775808")], "DOUBLE"],
  // What a model says is of one type, also where all of it is whole.
  [[1, 2], "DOUBLE"],
  [[truth, truth], "BOOLEAN"],
  [[truth, number("1")], "VARCHAR"],
  [[number("1"), "one"], "VARCHAR"],
  [["", "a"], "VARCHAR"],
  [[{ text: "[1]", kind: "list" }, number("1")], "VARCHAR"],
])("a column of %j is %s", (cells, type) => {
  expect(cells.reduce(withCell, undefined)).toBe(type);
  expect([...cells].reverse().reduce(withCell, undefined)).toBe(type);
});
