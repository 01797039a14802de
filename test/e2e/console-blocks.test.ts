import { expect, test } from "vitest";
import { brokenPromise, consoleBlocks } from "./console-blocks.ts";

test("commands and the lines under them", () => {
  const page = "text\n```sh\nnpm ci\n```\n```console\n$ a b\none\n\ntwo\n$ c\n```\nmore\n```console\n$ d\n```\n";
  expect(consoleBlocks(page)).toEqual([
    { command: "a b", lines: ["one", "", "two"] },
    { command: "c", lines: [] },
    { command: "d", lines: [] },
  ]);
});

test.each([
  { lines: ["a 1", "b"], output: "a   27\nb\n", keeps: true },
  { lines: ["a 1", "b"], output: "a 1\n", keeps: false },
  { lines: ["a 1"], output: "a 1\nb\n", keeps: false },
  { lines: ["a 1", "…"], output: "a 1\nb\n", keeps: true },
  { lines: ["b"], output: "a\nb\n", keeps: false },
  { lines: ["…", "b"], output: "a\nb\n", keeps: true },
  { lines: ["…", "b", "…", "a"], output: "a\nb\n", keeps: false },
  {
    lines: ["run 20261124-134007-6e9b, +0.5 [0.1, 0.9]"],
    output: "run 20250101-000000-beef, −0.5 [0.1, 1.0]",
    keeps: true,
  },
  { lines: ["shipping 97 %"], output: "refund 97 %", keeps: false },
  { lines: ["a … c"], output: "a whatever c", keeps: true },
])("$lines against $output", ({ lines, output, keeps }) => {
  expect(brokenPromise(lines, output) === undefined).toBe(keeps);
});
