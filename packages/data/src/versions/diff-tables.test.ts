import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCsv } from "../tables/csv.ts";
import { textInMemory } from "../testing/text-in-memory.ts";
import { type DiffOptions, diffTables } from "./diff-tables.ts";

const table = (name: string, lines: readonly string[]) => readCsv(textInMemory(name, `${lines.join("\n")}\n`));

async function diff(older: readonly string[], newer: readonly string[], options: DiffOptions = {}) {
  return diffTables(await table("old.csv", older), await table("new.csv", newer), options);
}

const OLD = ["id,name,plan,zip", "1,Ann,free,10115", "2,Bo,team,20095", "3,Cy,free,80331"];
const NEW = ["plan,id,name,since", "free,1,Ann,2026-01-01", "free,2,Bo,2026-01-02", "team,4,Di,2026-01-03"];

describe("with a key", () => {
  test("says which rows and cells are others", async () => {
    const { rows, changedCells, shown, columns, older, newer } = await diff(OLD, NEW, { key: "id" });
    expect(rows).toEqual({ same: 1, came: 1, went: 1, changed: 1 });
    expect(changedCells).toEqual({ plan: 1 });
    expect(shown.changed).toEqual([
      { key: "2", where: "new.csv:3", cells: [{ column: "plan", from: "team", to: "free" }] },
    ]);
    expect(shown.came).toMatchObject([{ where: "new.csv:4", cells: { id: "4", since: "2026-01-03" } }]);
    expect(shown.went).toMatchObject([{ where: "old.csv:4", cells: { id: "3" } }]);
    expect(columns).toMatchObject({ came: ["since"], went: ["zip"] });
    expect([older.rows, newer.rows]).toEqual([3, 3]);
    expect(older.version).not.toBe(newer.version);
  });

  test.each([
    [
      ["id,a", "1,x", "1,y"],
      ["id,a", "1,x"],
      "id",
      'old.csv: the key id: it names two rows, "1" at old.csv:2 and old.csv:3',
    ],
    [["id,a", "1,x"], ["id,a", "1,x", "1,x"], "id", "new.csv: the key id: it names two rows"],
    [["id,a", "1,x"], ["id,a", "1,x"], "nr", "old.csv: the key nr: the table has no such column, but id, a"],
    [["id,a", "1,x"], ["b,a", "1,x"], "id", "new.csv: the key id: the table has no such column, but b, a"],
  ] as const)("%j, %j, %s", async (older, newer, key, message) => {
    await expect(diff(older, newer, { key })).rejects.toThrow(message);
  });
});

test("a column that changed its kind", async () => {
  const older = ["v", ...Array.from({ length: 30 }, (_, i) => String(i))];
  const newer = ["v", ...Array.from({ length: 30 }, (_, i) => `code ${i % 3}`)];
  expect((await diff(older, newer)).columns.changedKind).toEqual([{ column: "v", from: "number", to: "category" }]);
});

test("without a key rows are counted as often as they stand", async () => {
  const lists = fc.array(fc.constantFrom("1,a", "1,b", "2,a", "2,b"), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(lists, lists, async (older, newer) => {
      const count = (rows: readonly string[], row: string) => rows.filter((each) => each === row).length;
      let [same, came, went] = [0, 0, 0];
      for (const row of ["1,a", "1,b", "2,a", "2,b"]) {
        const [before, after] = [count(older, row), count(newer, row)];
        same += Math.min(before, after);
        came += Math.max(0, after - before);
        went += Math.max(0, before - after);
      }
      const found = await diff(["x,y", ...older], ["x,y", ...newer], { limit: 100 });
      expect(found.rows).toEqual({ same, came, went, changed: 0 });
      expect(found.shown.came).toHaveLength(came);
      expect(new Set(found.shown.went.map(({ cells }) => `${cells.x},${cells.y}`)).size <= went).toBe(true);
      expect(found.older.version === found.newer.version).toBe(came + went === 0);
    }),
    { numRuns: 50 },
  );
});
