import { expect, test } from "vitest";
import { automaton } from "./automaton.ts";
import { LAST_CODE_POINT } from "./language.ts";
import { parseRegex } from "./parse-regex.ts";

test.each(["\\s", "\\S", "\\d", "\\w", "\\W", "."])("%s has the characters that JavaScript's has", (pattern) => {
  const start = automaton(parseRegex(pattern));
  const whole = new RegExp(`^${pattern}$`, "u");
  const wrong: string[] = [];
  for (let point = 0; point <= LAST_CODE_POINT; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const character = String.fromCodePoint(point);
    if (whole.test(character) !== (start.next(point)?.isAccepting ?? false)) wrong.push(point.toString(16));
  }
  expect(wrong).toEqual([]);
});
