import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { relationVersion } from "../duckdb/relation-version.ts";
import { withRelation } from "../duckdb/with-relation.ts";
import { openTable } from "../sources/open-table.ts";
import { TableVersion, tableVersion } from "./table-version.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-version-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

function versionOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const version = new TableVersion(columns);
  for (const cells of rows) version.add({ cells });
  return version.digest();
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test("is what its description says", () => {
  const rows = [sha256("1:12:ä"), sha256("1:22:ä"), sha256("1:22:ä")].sort();
  expect(
    versionOf(
      ["b", "a"],
      [
        ["ä", "2"],
        ["ä", "1"],
        ["ä", "2"],
      ],
    ),
  ).toBe(sha256(`["a","b"]\n${rows.map((row) => `${row}\n`).join("")}`));
});

const tables = fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })), { maxLength: 30 });

test("does not depend on the order of rows and columns", () => {
  fc.assert(
    fc.property(tables, fc.infiniteStream(fc.nat()), (rows, places) => {
      const mixed = rows.map((row) => [row, places.next().value!] as const).sort(([, a], [, b]) => a - b);
      expect(
        versionOf(
          ["y", "x"],
          mixed.map(([[x, y]]) => [y, x]),
        ),
      ).toBe(versionOf(["x", "y"], rows));
    }),
  );
});

test("depends on everything else", () => {
  const base = versionOf(
    ["x", "y"],
    [
      ["a", "b"],
      ["a", "b"],
    ],
  );
  expect(
    new Set([
      base,
      versionOf(["x", "y"], [["a", "b"]]),
      versionOf(
        ["x", "z"],
        [
          ["a", "b"],
          ["a", "b"],
        ],
      ),
      versionOf(
        ["x", "y"],
        [
          ["ab", ""],
          ["a", "b"],
        ],
      ),
      versionOf(
        ["x", "y"],
        [
          ["b", "a"],
          ["b", "a"],
        ],
      ),
      versionOf(
        ["x", "y"],
        [
          ["a", "b "],
          ["a", "b"],
        ],
      ),
    ]).size,
  ).toBe(6);
});

test("is the same by DuckDB, and of the same rows as CSV and as JSON Lines", async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => ({
    n: String(i % 1700),
    t: i % 9 === 0 ? "" : `Größe ${i % 11} 酒店😀 "q", x`,
  }));
  const csv = rows.map(({ n, t }) => `${n},"${t.replaceAll('"', '""')}"`);
  await writeFile(join(folder, "a.csv"), `n,t\n${csv.join("\n")}\n`);
  await writeFile(
    join(folder, "b.jsonl"),
    rows
      .toReversed()
      .map(({ n, t }) => JSON.stringify({ t, n: Number(n) }))
      .join("\n"),
  );
  const options = { baseDir: folder, nativeFrom: 0 };
  const version = await tableVersion(await openTable("a.csv", options));
  expect(await tableVersion(await openTable("b.jsonl", options))).toBe(version);
  expect(await withRelation("a.csv", options, relationVersion)).toBe(version);
  expect(await withRelation("b.jsonl", options, relationVersion)).toBe(version);
});
