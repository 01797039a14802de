import { expect, test } from "vitest";
import { draftMultiLabel } from "./draft.ts";

const column = (name: string, values: Readonly<Record<string, number>>, words = 1) => {
  const counts = new Map(Object.entries(values));
  const filled = Object.values(values).reduce((sum, count) => sum + count, 0);
  return { name, filled, blankRows: [], characters: filled * 9, words: filled * words, numbers: 0, counts };
};
const texts = column(
  "body",
  Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`five words that differ ${i}`, 1])),
  5,
);

test("a column of which many values are several short ones holds several labels per row", () => {
  const sketch = { rows: 30, columns: [texts, column("kinds", { "a|b": 8, b: 8, "a | c": 7, c: 6, "[]": 1 })] };
  expect(draftMultiLabel({ kind: "table", sketch, named: {} })).toMatchObject({
    likeness: 0.9,
    columns: { text: "body", labels: "kinds" },
    details: {
      labels: [
        { label: "b", rows: 16 },
        { label: "a", rows: 15 },
        { label: "c", rows: 13 },
      ],
    },
  });
});

test("texts with a semicolon in them are no labels, nor is a column with one label per row", () => {
  const long = column("notes", { "a sentence that goes on; and on until nobody reads it any more": 30 }, 12);
  const sketch = { rows: 30, columns: [texts, long, column("kind", { a: 15, b: 15 })] };
  expect(draftMultiLabel({ kind: "table", sketch, named: {} })).toEqual({ unclear: "labels" });
  expect(draftMultiLabel({ kind: "table", sketch, named: { labels: "kind" } })).toMatchObject({ likeness: 1 });
  expect(draftMultiLabel({ kind: "table", sketch, named: { label: "kind" } })).toBeUndefined();
  expect(draftMultiLabel({ kind: "documents" })).toBeUndefined();
});
