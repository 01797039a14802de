import fc from "fast-check";
import { expect, test } from "vitest";
import { plainLines, plainText, shorten } from "./plain-text.ts";

test("nothing in a text can move the cursor or start a line", () => {
  expect(plainText("a\u001b[2Kb\r\nc\u202Ed\u2028e")).toBe("a [2Kb c d e");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test("what joins the characters of a text stays, and what turns its direction goes", () => {
  const written = "\u{1f469}\u200d\u{1f680} \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645";
  for (const plain of [plainText, plainLines]) {
    expect(plain(written)).toBe(written);
    expect(plain(`\u2066a\u202e\u061cb\u200f`)).not.toMatch(/\p{Bidi_Control}/u);
  }
});

test("lines and tabs stay in a text of several lines, other controls go", () => {
  expect(plainLines("a\tb\n\u001b[2Kc\r")).toBe("a\tb\n[2Kc");
});

test("a text is cut between characters, also outside the basic plane", () => {
  expect(shorten("😀😀😀", 3)).toBe("😀😀😀");
  expect(shorten("😀😀😀", 2)).toBe("😀…");
});
