import fc from "fast-check";
import { expect, test } from "vitest";
import { padText, textWidth, wrapLine } from "./terminal-text.ts";

test.each([
  ["abc", 3],
  ["", 0],
  ["\u001b[31mred\u001b[39m", 3],
  ["物流", 4],
  ["한국어", 6],
  ["e\u0301", 1],
  ["🙂", 2],
  ["a\u200Bb", 2],
])("%j takes %i columns", (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test("texts are filled up by what they take", () => {
  expect(padText("物流", 6)).toBe("物流  ");
  expect(padText("long", 2)).toBe("long");
});

test("a row that is too long goes on below its last column", () => {
  expect(wrapLine("  split   test 20 %, validation 10 %, by label", 30)).toEqual([
    "  split   test 20 %,",
    "          validation 10 %, by",
    "          label",
  ]);
  expect(wrapLine("short", 30)).toEqual(["short"]);
});

test("wrapping loses no word, and no line is wider than it may be unless one word is", () => {
  const word = fc.stringMatching(/^[a-z]{1,12}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), fc.integer({ min: 30, max: 60 }), (words, width) => {
      const lines = wrapLine(`  ${words.join(" ")}`, width);
      expect(lines.join(" ").trim().split(/ +/)).toEqual(words);
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});
