import { expect, test } from "vitest";
import { ProgressLine } from "./progress-line.ts";

function recorded(isTTY: boolean) {
  let written = "";
  let now = 0;
  const stream = { isTTY, columns: 12, write: (text: string) => (written += text) };
  return { line: new ProgressLine(stream, () => now), written: () => written, at: (ms: number) => (now = ms) };
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

test("a log gets a line every ten seconds, and no control characters", () => {
  const { line, written, at } = recorded(false);
  for (let second = 0; second <= 25; second++) {
    at(second * 1000);
    line.update(`second ${second}`);
  }
  line.clear();
  expect(written()).toBe("second 10\nsecond 20\n");
});
