import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRows } from "../roles/read-rows.ts";
import { openTable } from "./open-table.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-folder-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(files: Readonly<Record<string, string | Uint8Array>>) {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return readFolder();
}

async function readFolder() {
  const table = await openTable(folder, { baseDir: "." });
  const { rows } = await readRows(table, { required: ["text"] });
  return { texts: rows.map(({ id, text }) => [id, text]), warnings: [...table.warnings] };
}

test("reads .txt in any case, passes over hidden files and folders in silence, and names the rest", async () => {
  const { texts, warnings } = await read({
    "a.txt": "one",
    "c.TXT": "two",
    "._a.txt": "\0\x05\x16\x07",
    ".ipynb_checkpoints/a.txt": "copy",
    "notes.txt/deep.txt": "three",
    "b.md": "four",
    "list.csv": "text\nfive\n",
  });
  expect(texts).toEqual([
    ["a", "one"],
    ["c", "two"],
    [join("notes.txt", "deep"), "three"],
  ]);
  expect(warnings).toEqual([`${folder}: 2 files without .txt passed over: b.md, list.csv`]);
});

test("follows links to files, and names those that lead nowhere or to folders, and devices", async () => {
  await writeFile(join(folder, "a.txt"), "one");
  await symlink("a.txt", join(folder, "b.txt"));
  await symlink("gone.txt", join(folder, "dangling.txt"));
  await symlink("self.txt", join(folder, "self.txt"));
  await symlink("..", join(folder, "loop"));
  const socket = createServer().listen(join(folder, "socket.txt"));
  await once(socket, "listening");
  const { texts, warnings } = await readFolder();
  socket.close();
  expect(texts).toEqual([
    ["a", "one"],
    ["b", "one"],
  ]);
  expect(warnings).toEqual([
    `${folder}: 2 links that lead nowhere passed over: dangling.txt, self.txt`,
    `${folder}: 1 link to a folder passed over: loop`,
    `${folder}: 1 device or pipe passed over: socket.txt`,
  ]);
});

test("reads each text in its encoding", async () => {
  const { texts, warnings } = await read({
    "a.txt": Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
    "b.txt": "Привет",
  });
  expect(texts.map(([, text]) => text)).toEqual(["Привет", "Привет"]);
  expect(warnings).toEqual([expect.stringMatching(/^a\.txt:1: not valid UTF-8, so it was read as windows-1251/)]);
});
