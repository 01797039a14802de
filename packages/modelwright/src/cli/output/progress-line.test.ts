import { expect, test } from "vitest";
import { ProgressLine } from "./progress-line.ts";

function recorded(isTTY: boolean, environment: Record<string, string> = {}) {
  let written = "";
  let now = 0;
  const stream = { isTTY, columns: 12, write: (text: string) => (written += text) };
  return {
    line: new ProgressLine(stream, () => now, environment),
    written: () => written,
    at: (ms: number) => (now = ms),
  };
}

test("a terminal's line is redrawn in place, cut to its width, and taken away at the end", () => {
  const { line, written, at } = recorded(true);
  line.update("step 1 of 100");
  at(20);
  line.update("too soon");
  at(100);
  line.update("step 2");
  line.clear();
  line.clear();
  expect(written()).toBe("\r\u001b[2Kstep 1 of …\r\u001b[2Kstep 2\r\u001b[2K");
});

test("NO_COLOR gets no control sequence, and the line is drawn over all the same", () => {
  const { line, written, at } = recorded(true, { NO_COLOR: "1" });
  line.update("step 1");
  at(100);
  line.update("step 2");
  line.clear();
  const blank = `\r${" ".repeat(11)}\r`;
  expect(written()).toBe(`${blank}step 1${blank}step 2${blank}`);
});

test("a terminal that only prints is a log", () => {
  const { line, written, at } = recorded(true, { TERM: "dumb" });
  line.update("step 1");
  at(10_000);
  line.update("step 2");
  line.clear();
  expect(written()).toBe("step 2\n");
});

test("a log gets a line every ten seconds, and no control characters", () => {
  const { line, written, at } = recorded(false);
  for (let second = 0; second <= 25; second++) {
    at(second * 1000);
    line.update(`second ${second}`);
  }
  line.clear();
  expect(written()).toBe("second 10\nsecond 20\n");
});
