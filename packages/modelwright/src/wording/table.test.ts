import { expect, test } from "vitest";
import { table } from "./table.ts";

const head = ["model", "versions", "aliases", "created"];
const rows = [
  ["tickets", "3", "@champion → 2", "2026-11-24 12:15"],
  ["多", "1", "–", "2026-11-25 08:00"],
];

test("rows stand in columns where there is room for them", () => {
  const wide = [
    "model    versions  aliases        created",
    "tickets  3         @champion → 2  2026-11-24 12:15",
    "多       1         –              2026-11-25 08:00",
  ];
  expect(table(head, rows, Number.POSITIVE_INFINITY)).toEqual(wide);
  expect(table(head, rows, 50)).toEqual(wide);
});

test("each is a block on a terminal that is too narrow", () => {
  expect(table(head, rows, 40)).toEqual([
    "tickets",
    "  versions  3",
    "  aliases   @champion → 2",
    "  created   2026-11-24 12:15",
    "多",
    "  versions  1",
    "  aliases   –",
    "  created   2026-11-25 08:00",
  ]);
});

test("a long last cell goes on in its own column", () => {
  const moves = [["12:15", "promoted", "better on long mails, and as good on all others"]];
  expect(table(["when", "move", "reason"], moves, 40)).toHaveLength(2);
  expect(table(["when", "move", "reason"], moves, 30)).toHaveLength(3);
});
