import fc from "fast-check";
import { expect, test } from "vitest";
import { plainText, shorten } from "./plain-text.ts";

test("nothing in a text can move the cursor or start a line", () => {
  expect(plainText("a\u001b[2Kb\r\nc\u202Ed\u2028e")).toBe("a [2Kb c d e");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test("a text is cut between characters, also outside the basic plane", () => {
  expect(shorten("😀😀😀", 3)).toBe("😀😀😀");
  expect(shorten("😀😀😀", 2)).toBe("😀…");
});
