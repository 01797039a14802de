import { TEXT_CURES } from "@modelwright/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { curedText } from "./text-cures.ts";

test.each([
  ["html", "<p>Caf&eacute; &amp; <b>bar</b></p><script>x()</script>", "Café & bar"],
  ["html", "1 < 2 & 3", "1 < 2 & 3"],
  ["nfkc", "ＡＢＣ１２３　ﬁ①", "ABC123 fi1"],
  ["emoji", "好👍🏽 ok 👨‍👩‍👧 🇨🇳 1️⃣ # 5 ©2026", "好 ok    # 5 2026"],
  ["lower-case", "ÄRGER İ", "ärger i̇"],
  ["punctuation", "Well-known: it's 3.5 (or so)… really?!", "Well-known  it's 3.5  or so  really "],
  ["punctuation", "很好，很干净！「再来」", "很好 很干净 再来 "],
  ["spaces", " a\t\n b　c ", "a b c"],
] as const)("%s: %j", (cure, text, expected) => {
  expect(curedText(text, [cure])).toBe(expected);
});

test("treating a text again changes nothing, in whatever order the cures are named", () => {
  const chosen = TEXT_CURES.filter((cure) => cure !== "html" && cure !== "lower-case");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const once = curedText(text, chosen);
      expect(curedText(text, chosen.toReversed())).toBe(once);
      expect(curedText(once, ["spaces"])).toBe(once);
    }),
  );
});
