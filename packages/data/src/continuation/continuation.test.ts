import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LABEL } from "../annotations/label.ts";
import { rowTexts } from "../frames/row-item.ts";
import { prepareData } from "../prepare-data.ts";
import { prepareTable } from "../table-rows/prepare-table.ts";
import type { Continuation } from "./continuation.ts";
import { RowDigests } from "./row-digests.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "continuation-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Said {
  readonly text: string;
  readonly label: string;
}

async function fedRows(rows: readonly object[], times = 1): Promise<Pick<Continuation, "fed">> {
  if (rows.length === 0) return {};
  const file = join(folder, "fed.jsonl");
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return { fed: { file, columns: { text: "text", label: "label" }, times } };
}

const WORDS = ["refund", "parcel", "退款", "login", "café", "late", "broken", "包裹", "card", "price"];
const texts = fc
  .array(fc.integer({ min: 0, max: WORDS.length - 1 }), { minLength: 1, maxLength: 6 })
  .map((words) => words.map((word) => WORDS[word]).join(" "));
const rows = (size: object) => fc.array(fc.record({ text: texts, label: fc.constantFrom("a", "b") }), size);

async function prepareTexts(source: readonly Said[], more: object, continues?: Continuation) {
  await writeFile(join(folder, "texts.jsonl"), source.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const split = { test: 0.25, validation: 0.15, stratify: true, seed: 3 };
  return prepareData(
    { source: "texts.jsonl", columns: {}, clean: { duplicates: "near", missing: "drop" }, split, ...more },
    { annotation: LABEL, baseDir: folder, continues },
  );
}

const plain = (text: string) => text.normalize("NFC").replaceAll(/\s+/g, " ").trim();

/** Rows as they came in, beside which others come back: test rows with another label, copies, new ones. */
const loops = fc.record({
  base: rows({ minLength: 30, maxLength: 60 }),
  added: rows({ maxLength: 15 }),
  fed: rows({ maxLength: 15 }),
  echoed: fc.array(fc.nat({ max: 29 }), { maxLength: 10 }),
  kept: fc.array(fc.nat({ max: 14 }), { maxLength: 5 }),
  duplicates: fc.constantFrom("keep", "exact", "near"),
  by: fc.constantFrom("random", "hash"),
  times: fc.constantFrom(1, 3),
});

test("test rows stay test rows, and nothing of them is learnt from, whatever comes back", async () => {
  await fc.assert(
    fc.asyncProperty(loops, async ({ base, added, fed, echoed, kept, duplicates, by, times }) => {
      const settings = {
        clean: { duplicates, missing: "drop" },
        split: { test: 0.25, validation: 0.15, stratify: true, seed: 3, by },
      };
      const before = await prepareTexts(base, settings).catch(() => undefined);
      fc.pre(before !== undefined);
      const echoes = echoed.map((row) => ({
        text: ` ${base[row]!.text}`,
        label: base[row]!.label === "a" ? "b" : "a",
      }));
      const all = [...fed, ...echoes];
      const window = RowDigests.of(
        kept
          .flatMap((row) => all[row]?.text ?? [])
          .filter((text) => !before!.test.some((row) => plain(row.text) === plain(text))),
      );
      const heldOut = RowDigests.from(RowDigests.of(before!.test.map(({ text }) => text)).bytes());
      const continues = { heldOut, version: "texts:1", kept: window, ...(await fedRows(all, times)) };
      const now = await prepareTexts([...added, ...base], settings, continues).catch((error: Error) => {
        // So few rows may be left that a split is empty; that is told.
        if (/split|label/.test(error.message)) return undefined;
        throw error;
      });
      fc.pre(now !== undefined);
      const said = (some: readonly { text: string }[]) => some.map(({ text }) => plain(text)).sort();
      expect(said(now!.test)).toEqual(said(before!.test));
      const tested = new Set(said(now!.test));
      for (const row of [...now!.train, ...now!.validation]) {
        expect(tested.has(plain(row.text)), row.text).toBe(false);
        expect(window.has(row.text), row.text).toBe(false);
      }
      const validated = new Set(said(now!.validation));
      if (duplicates !== "keep") for (const text of said(now!.train)) expect(validated.has(text), text).toBe(false);
    }),
    { numRuns: 25 },
  );
});

const numbers = fc.record({
  a: fc.integer({ min: 0, max: 30 }),
  b: fc.constantFrom("x", "y", "z", "京"),
  label: fc.constantFrom("n", "p"),
});

test("rows of a table likewise, though clients write numbers otherwise than the table does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(numbers, { minLength: 40, maxLength: 70 }),
      fc.array(numbers, { maxLength: 15 }),
      fc.array(fc.nat({ max: 39 }), { maxLength: 12 }),
      async (base, fed, echoed) => {
        const prepare = async (source: readonly object[], continues?: Continuation) => {
          const lines = source.map((row) =>
            `${Object.values(row).join(",")}.0\n`.replace(/(\w|京),(\w|京),(\w)\.0/, "$1.0,$2,$3"),
          );
          await writeFile(join(folder, "table.csv"), `a,b,label\n${lines.join("")}`);
          return prepareTable(
            {
              source: "table.csv",
              columns: { label: "label" },
              kinds: {},
              ignore: [],
              clean: { duplicates: "exact", missing: "drop" },
              split: { test: 0.25, validation: 0.15, stratify: true, seed: 5 },
            },
            { annotation: LABEL, baseDir: folder, continues },
          );
        };
        const before = await prepare(base).catch(() => undefined);
        fc.pre(before !== undefined);
        const heldOut = RowDigests.of(rowTexts(before!.test.frame));
        const echoes = echoed.map((row) => ({ ...base[row]!, label: "p" }));
        const continues = {
          heldOut,
          version: "table:1",
          reads: before!.train.frame.columns,
          ...(await fedRows([...echoes, ...fed])),
        };
        const now = await prepare(base, continues).catch((error: Error) => {
          if (/split|label/.test(error.message)) return undefined;
          throw error;
        });
        fc.pre(now !== undefined);
        const tested = rowTexts(now!.test.frame);
        expect(tested.toSorted()).toEqual(rowTexts(before!.test.frame).toSorted());
        // Rows that say the same are copies where they are few among those that are left without exact duplicates.
        const items = new Set(base.map(({ a, b }) => `${a} ${b}`)).size;
        const rows = new Set(base.map((row) => JSON.stringify(row))).size;
        if (rows - items > 0.2 * rows) return;
        const learnt = [...rowTexts(now!.train.frame), ...rowTexts(now!.validation.frame)];
        for (const text of learnt) expect(tested, text).not.toContain(text);
      },
    ),
    { numRuns: 15 },
  );
});
