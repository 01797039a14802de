import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { passwordFromFile } from "./password-file.ts";

const asked = { host: "db", port: "5432", database: "models", user: "mw" };
let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pgpass-"));
  file = join(directory, "pgpass");
  vi.stubEnv("PGPASSFILE", file);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

test.each([
  ["db:5432:models:mw:hush", "hush"],
  ["# db:5432:models:mw:no\nother:*:*:mw:no\n*:*:*:mw:first\r\n*:*:*:*:second", "first"],
  [String.raw`*:*:models:mw:a\:b\\c 密`, "a:b\\c 密"],
  ["*:*:*:mw:", ""],
  ["*:5433:*:mw:no\n*:*:*:mw", undefined],
  ["", undefined],
])("of the file %j it is %s", async (content, password) => {
  await writeFile(file, content, { mode: 0o600 });
  expect(await passwordFromFile(asked)).toBe(password);
});

test("a file that is not there has none", async () => {
  expect(await passwordFromFile(asked)).toBeUndefined();
});

test.skipIf(process.platform === "win32")("a file that others may read is passed over", async () => {
  await writeFile(file, "*:*:*:*:hush");
  await chmod(file, 0o640);
  expect(await passwordFromFile(asked)).toBeUndefined();
});
