import { expect, test } from "vitest";
import { colours, isColoured, shownOn } from "./colours.ts";

const TERMINAL = { isTTY: true };
const PIPE = {};

test.each([
  ["a terminal", TERMINAL, {}, true],
  ["a terminal under NO_COLOR", TERMINAL, { NO_COLOR: "1" }, false],
  ["a terminal under an empty NO_COLOR", TERMINAL, { NO_COLOR: "" }, true],
  ["a terminal that only prints", TERMINAL, { TERM: "dumb" }, false],
  ["a pipe", PIPE, {}, false],
  ["a pipe on a build server", PIPE, { CI: "true", GITHUB_ACTIONS: "true" }, false],
  ["a pipe under FORCE_COLOR", PIPE, { FORCE_COLOR: "1" }, true],
  ["a terminal under FORCE_COLOR=0", TERMINAL, { FORCE_COLOR: "0" }, false],
  ["a pipe under both", PIPE, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
])("%s", (_, stream, environment, coloured) => {
  expect(isColoured(stream, environment)).toBe(coloured);
  const text = `${colours.bold("Kept")} as ${colours.red("mails")}`;
  expect(shownOn(stream, text, environment)).toBe(coloured ? text : "Kept as mails");
});
