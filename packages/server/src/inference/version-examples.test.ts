import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { versionExamples } from "./version-examples.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-examples-"));
});
afterAll(() => rm(directory, { recursive: true }));

test("a version without examples has none", async () => {
  expect(await versionExamples(directory, "text-classification")).toEqual([]);
});

test.each([
  ['[{"item": "a", "actual": "x"}, {"item": "b"}]', ["a", "b"]],
  [JSON.stringify([{ item: "long".repeat(1001) }, { item: "short" }]), ["short"]],
  ['[1, null, "a", {"other": 1}, {"item": 2}]', []],
  ['{"item": "a"}', []],
  ["not JSON", []],
])("of %s it reads what it can", async (text, items) => {
  await writeFile(join(directory, "examples.json"), text);
  expect(await versionExamples(directory, "text-classification")).toEqual(items);
});
