import { expect, test } from "vitest";
import { rowsFrame } from "./rows-frame.ts";

/** The category of a value, where training rows had these. */
function categoryOf(value: string | number | boolean, categories: string[]): string | undefined {
  const { columns } = rowsFrame(
    [{ name: "paid", kind: "category", feed: "column.paid", categories }],
    [{ paid: value }],
  );
  const [column] = columns;
  return column?.kind === "category" ? column.categories[column.codes[0]!] : undefined;
}

test.each([
  [true, ["FALSE", "TRUE"], "TRUE"],
  [false, ["FALSE", "TRUE"], "FALSE"],
  [true, ["No", "Yes"], "Yes"],
  [false, ["0", "1"], "0"],
  [true, ["否", "是"], "是"],
  [true, ["basic", "pro"], "true"],
  ["true", ["FALSE", "TRUE"], "true"],
  [1, ["0", "1"], "1"],
])("%j is of the categories %j the category %j", (value, categories, expected) => {
  expect(categoryOf(value, categories)).toBe(expected);
});
