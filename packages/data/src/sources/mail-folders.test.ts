import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readMailFolders } from "./mail-folders.ts";

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
  const { rows, available, warnings } = await readMailFolders(root, {
    folders: [{ path: "data/good", label: "ham" }],
    baseDir: root,
    columns: { text: "text", label: "label" },
    limit: undefined,
    seed: 7,
    onProgress() {},
  });
  expect(available).toBe(2);
  expect(rows).toEqual([
    { id: "good/1", text: "hello\nPlain text.\nworld", label: "ham", origin: { file: "data/good/1.txt", line: 1 } },
  ]);
  expect(warnings).toEqual([expect.stringMatching(/^1 mail could not be parsed and left out: good\/2 \(.*nesting/i)]);
});
