import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TableRow } from "../tables/table.ts";
import { mailTable } from "./mail-folders.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "modelwright-mails-"));
});
afterAll(() => rm(root, { recursive: true }));

/** Parts within parts, deeper than the parser follows. */
function nested(depth: number): string {
  return Array.from({ length: depth }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`).join("");
}

test("leaves out, counts and names mails that cannot be parsed", async () => {
  await mkdir(join(root, "data/good"), { recursive: true });
  await writeFile(join(root, "data/good/1.txt"), "Subject: hello\n\nworld\n");
  await writeFile(join(root, "data/good/2.txt"), nested(300));
  await writeFile(join(root, "data/good/notes.md"), "not a mail");
  const table = await mailTable(root, { name: "mails", folders: [{ path: "data/good", label: "ham" }] });
  expect(table.outline).toMatchObject({ size: 2, cells: { id: ["good/1", "good/2"], label: ["ham", "ham"] } });
  const rows: TableRow[] = [];
  for await (const row of table.rows) rows.push(row);
  expect(rows).toEqual([{ cells: ["good/1", "hello\nPlain text.\nworld", "ham"], line: 1, file: "data/good/1.txt" }]);
  expect([...table.warnings]).toEqual([
    expect.stringMatching(/^1 mail could not be parsed and left out: good\/2 \(.*nesting/i),
  ]);
});
