import { Command } from "commander";
import { expect, test } from "vitest";
import { addWritingFlags } from "./writing-flags.ts";

const help = addWritingFlags(new Command()).configureHelp({ helpWidth: 1000 }).helpInformation();
const lineOf = (flag: string) => help.split("\n").find((line) => line.trim().startsWith(`--${flag} `));

test.each([
  ["max-tokens", "(default: 100; of sequence-to-sequence: the model's maxTargetLength)"],
  ["temperature", "(default: 1; of sequence-to-sequence: 0)"],
  ["top-k", "(default: all; of sequence-to-sequence: nothing is drawn)"],
  ["beams", "(default: 1)"],
  ["stop", "(default: nothing); may be repeated"],
])("--%s names its default, and that of a task which has its own", (flag, words) => {
  expect(lineOf(flag)?.endsWith(words), lineOf(flag)).toBe(true);
});
