import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countTrainedRows, diffTrainedRows, trainedRowsFile } from "./trained-rows.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-trained-"));
});
afterAll(() => rm(directory, { recursive: true }));

const text = (i: number) => `Text number ${i}, café`;

test("texts are known again, however they are spaced and accented, and others are not", async () => {
  const trained = Array.from({ length: 2000 }, (_, i) => text(i));
  const [[name, bytes]] = Object.entries(trainedRowsFile(trained)) as [[string, Uint8Array]];
  await writeFile(join(directory, name), bytes);
  expect(bytes.length).toBe(4 * 2000);
  expect(await countTrainedRows(directory, trained)).toBe(2000);
  const spaced = [` ${text(7).replaceAll(" ", "  ")}\n`, text(8).normalize("NFD")];
  expect(await countTrainedRows(directory, spaced)).toBe(2);
  const others = Array.from({ length: 2000 }, (_, i) => text(i + 2000));
  expect(await countTrainedRows(directory, others)).toBe(0);
  expect(Buffer.compare(Object.values(trainedRowsFile(trained.toReversed()))[0]!, bytes)).toBe(0);
});

test("a version without the file does not tell", async () => {
  expect(await countTrainedRows(join(directory, "nowhere"), ["a"])).toBeUndefined();
});

test("rows that came, went and stayed are counted as often as they stand there", async () => {
  const folders = [join(directory, "older"), join(directory, "newer")] as const;
  for (const folder of folders) await mkdir(folder);
  const rows = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(rows, rows, async (older, newer) => {
      for (const [folder, numbers] of [[folders[0], older] as const, [folders[1], newer] as const]) {
        for (const [name, bytes] of Object.entries(trainedRowsFile(numbers.map(text)))) {
          await writeFile(join(folder, name), bytes);
        }
      }
      const count = (numbers: readonly number[], n: number) => numbers.filter((each) => each === n).length;
      const same = [0, 1, 2, 3, 4, 5].reduce((sum, n) => sum + Math.min(count(older, n), count(newer, n)), 0);
      const expected = { same, came: newer.length - same, went: older.length - same };
      expect(await diffTrainedRows(...folders)).toEqual(expected);
    }),
    { numRuns: 50 },
  );
  expect(await diffTrainedRows(join(directory, "nowhere"), folders[1])).toBeUndefined();
});
