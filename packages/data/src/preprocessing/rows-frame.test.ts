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

const weight = { name: "weight", kind: "number", feed: "column.weight", spelling: "1234.5", unit: "kg" } as const;

test.each([
  ["18.8 kg", 18.8],
  ["18.8", 18.8],
  [18.8, 18.8],
])("%j is a number of the unit that training rows had", (value, expected) => {
  const { columns } = rowsFrame([weight], [{ weight: value }]);
  expect(columns[0]).toMatchObject({ values: Float64Array.of(expected) });
});

test("a number of another unit is refused", () => {
  expect(() => rowsFrame([weight], [{ weight: "18 lb" }])).toThrow("a number, with no other unit than kg");
});
