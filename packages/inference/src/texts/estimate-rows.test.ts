import { expect, test } from "vitest";
import { estimateRows } from "./estimate-rows.ts";

const windows = { overlap: 16, most: 8 };

test.each([
  ["a short text", "short", 1],
  ["a text of 160 tokens", "abc ".repeat(160), 3],
  ["as many tokens without spaces", "字".repeat(160), 3],
  ["a text beyond the windows", "abc ".repeat(9000), 8],
])("%s is so many rows", (_, text, rows) => {
  expect(estimateRows(text, { preprocessing: { maxLength: 64, windows } })).toBe(rows);
  expect(estimateRows(text, { preprocessing: { maxLength: 64 } })).toBe(1);
});
