import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ManifestOf } from "@modelwright/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluationRows } from "./rows.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-rows-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function warningsOf(labels: readonly string[], csv: string): Promise<readonly string[]> {
  const source = join(folder, "rows.csv");
  await writeFile(source, csv);
  const manifest = { labels } as unknown as ManifestOf<"text-classification">;
  const read = await evaluationRows(manifest, { source, columns: {}, encoding: undefined, trained: { columns: {} } });
  return read.warnings;
}

test("labels without a row are said, since macro averages fall by them", async () => {
  const csv = "text,label\na warm soup,food\na long match,sport\n";
  expect(await warningsOf(["food", "sport"], csv)).toEqual([]);
  expect(await warningsOf(["food", "law", "sport"], csv)).toEqual([
    "one of the 3 labels has no row here: those that are predicted all the same count as 0 in macro averages",
  ]);
  expect(await warningsOf(["food", "law", "music", "sport"], csv)).toEqual([
    expect.stringMatching(/^2 of the 4 labels have no row here: /),
  ]);
});
