import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFrame } from "../frames/read-frame.ts";
import { readCsv } from "../tables/csv.ts";
import { textInMemory } from "../testing/text-in-memory.ts";
import { isMojibake } from "./mojibake.ts";
import { profileTable } from "./profile-table.ts";
import { firstOfRepeatedCodes } from "./repeated-codes.ts";
import { summarizeNumbers } from "./summarize-numbers.ts";
import type { ColumnProfile } from "./table-profile.ts";

interface Fixture {
  readonly tables: Readonly<
    Record<string, { csv: string; rows: number; duplicates: number; columns: readonly ColumnProfile[] }>
  >;
}

/** What pandas and NumPy say of the same tables: fixtures/profile.py. */
const { tables } = JSON.parse(readFileSync(new URL("../../fixtures/profile.json", import.meta.url), "utf8")) as Fixture;

async function profileOf(csv: string) {
  return profileTable(await readFrame(await readCsv(textInMemory("t.csv", csv))), "t.csv");
}

describe.each(Object.entries(tables))("as pandas describes it: %s", (_, table) => {
  test("rows and repeated rows", async () => {
    expect(await profileOf(table.csv)).toMatchObject({ rows: table.rows, duplicates: table.duplicates });
  });

  test.each(table.columns.map((column) => [column.name, column] as const))("column %s", async (name, expected) => {
    const found = (await profileOf(table.csv)).columns.find((column) => column.name === name)!;
    const { numbers, texts, ...rest } = expected;
    expect(found).toMatchObject(rest);
    expectNear(found.numbers, numbers);
    expectNear(found.texts, texts);
  });
});

/** Numbers to 12 digits; null is NaN. */
function expectNear(found: unknown, expected: unknown, path = ""): void {
  if (expected === null) expect(found, path).toBeNaN();
  else if (typeof expected === "number") {
    expect(Math.abs((found as number) - expected), path).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
  } else if (typeof expected === "object") {
    expect(Object.keys(found as object).sort(), path).toEqual(Object.keys(expected!).sort());
    for (const [key, value] of Object.entries(expected!)) {
      expectNear((found as Record<string, unknown>)[key], value, `${path}.${key}`);
    }
  } else expect(found, path).toEqual(expected);
}

test("a histogram counts every number once, within its edges", () => {
  const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
  fc.assert(
    fc.property(numbers, (values) => {
      const { histogram, min, max } = summarizeNumbers(Float64Array.from(values))!;
      const { edges, counts } = histogram;
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
      expect([edges[0], edges.at(-1)]).toEqual([min, max]);
      for (const [i, count] of counts.entries()) {
        const isLast = i === counts.length - 1;
        const within = values.filter((x) => x >= edges[i]! && (isLast ? x <= edges[i + 1]! : x < edges[i + 1]!));
        expect(within.length).toBe(count);
      }
    }),
  );
});

test("rows that repeat are found by their values, whatever the hashes", () => {
  const codes = fc.array(fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 12, maxLength: 12 }), { maxLength: 4 });
  fc.assert(
    fc.property(codes, (columns) => {
      const keys = Array.from({ length: 12 }, (_, row) => JSON.stringify(columns.map((column) => column[row])));
      const found = firstOfRepeatedCodes(
        columns.map((column) => Int32Array.from(column)),
        12,
      );
      expect([...found]).toEqual(keys.map((key) => keys.indexOf(key)));
    }),
  );
});

describe("mojibake", () => {
  const garbled = (text: string) => Buffer.from(text, "utf8").toString("latin1");

  test.each(["cafÃ©", "donâ€™t", "é…’åº—", "ðŸ™‚", "R\ufffdverie"])("%s is seen", (text) => {
    expect(isMojibake(text)).toBe(true);
  });

  test.each(["café", "naïve “quotes”", "Größe", "Привет", "Ελλάδα", "酒店", "łódź", "🙂"])(
    "%s garbled is seen",
    (text) => {
      expect(isMojibake(garbled(text))).toBe(true);
    },
  );

  test.each([
    "café",
    "« É »",
    "“MENÜ”",
    "À la carte",
    "Größe: 5 µm²",
    "señor ¿qué?",
    "ÅNGSTRÖM",
    "Ñandú",
    "Привет",
    "酒店",
    "1 € – ½",
  ])("%s is none", (text) => {
    expect(isMojibake(text)).toBe(false);
  });
});
