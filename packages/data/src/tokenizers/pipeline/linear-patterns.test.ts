import { expect, test } from "vitest";
import { LINEAR_PATTERNS } from "./linear-patterns.ts";
import { translateRegex } from "./regex.ts";

/** What makes patterns read one place again and again: runs of each kind of character, cut short. */
const PIECES = [
  " ",
  "\n",
  " \n",
  "a",
  "A",
  "aA",
  "Aa",
  "é",
  "ǅ",
  "ʰ",
  "漢",
  "1",
  "-",
  "'",
  "'s",
  "！",
  "\u0301",
  "a-",
  "1 ",
];
const ENDS = ["", "x", "X", "\n", " ", "-", "1", "\0"];
const LENGTH = 20_000;
/** A quadratic pattern takes seconds over one of these texts. */
const MOST_MILLISECONDS = 200;

test.each([...LINEAR_PATTERNS])("%s takes a time linear in the length of a text", (source) => {
  const expression = translateRegex(source) as RegExp;
  const text = (piece: string, end: string) => piece.repeat(Math.floor(LENGTH / piece.length)) + end;
  const slow = PIECES.flatMap((piece) =>
    ENDS.filter((end) => {
      const start = process.cpuUsage();
      text(piece, end).match(expression);
      return process.cpuUsage(start).user / 1000 > MOST_MILLISECONDS;
    }).map((end) => [piece, end]),
  );
  expect(slow).toEqual([]);
});
