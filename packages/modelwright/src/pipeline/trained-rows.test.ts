import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countTrainedRows, trainedRowsFile } from "./trained-rows.ts";

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
