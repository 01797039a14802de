import { describe, expect, test } from "vitest";
import { patternOf } from "./pattern.ts";

const slow = (pattern: string, length: number) =>
  expect.objectContaining({
    code: "TOKENIZER_PATTERN_SLOW",
    message: expect.stringContaining(
      `tokenizer.json: normalizer.pattern ${JSON.stringify(pattern)} takes too long on a text of ${length} characters`,
    ),
  });
const found = (pattern: string, text: string) =>
  Array.from(patternOf({ Regex: pattern }, "normalizer").matches(text), ([match]) => match);

describe("patternOf", () => {
  test.each(["(a+)+$", "(\\w+\\s?)*$", "(?:x+x+)+y", "^(?:\\d|\\d\\d?)*$"])("refuses %s when it is read", (pattern) => {
    expect(() => patternOf({ Regex: pattern }, "normalizer")).toThrow(slow(pattern, 40));
  });

  test("ends a pattern that takes too long on a text only", () => {
    const pattern = "^(?:ab|a|b)*$";
    const text = `${"ab".repeat(40)}!`;
    const { matches, replace } = patternOf({ Regex: pattern }, "normalizer");
    expect(Array.from(matches("abba"), ([match]) => match)).toEqual(["abba"]);
    expect(replace("abba", "$1")).toBe("$1");
    expect(() => matches(text)).toThrow(slow(pattern, text.length));
    expect(() => replace(text, "")).toThrow(slow(pattern, text.length));
  });

  test.each([
    ["[^\\p{L}\\p{M}\\p{N}]+", "a, b", [", "]],
    ["[q-z]+?x", "qqxx", ["qqx"]],
  ])("finds every match of %s, known or not", (pattern, text, matches) => {
    expect(found(pattern, text)).toEqual(matches);
  });

  test.each(["$", "^"])("finds %s at the ends of lines, never within a character", (pattern) => {
    const { matches } = patternOf({ Regex: pattern }, "normalizer");
    const places = Array.from(matches("a𐐷\n𐐷b"), ({ index }) => index);
    expect(places).toEqual(pattern === "$" ? [3, 7] : [0, 4]);
  });
});
