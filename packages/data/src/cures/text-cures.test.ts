import { ModelwrightError, TEXT_CURES, type TextCure } from "@modelwright/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadTextCures, withLanguage } from "./text-cures.ts";

test.each([
  ["html", "<p>Caf&eacute; &amp; <b>bar</b></p><script>x()</script>", "Café & bar"],
  ["html", "1 < 2 & 3", "1 < 2 & 3"],
  ["nfkc", "ＡＢＣ１２３　ﬁ①", "ABC123 fi1"],
  ["emoji", "好👍🏽 ok 👨‍👩‍👧 🇨🇳 1️⃣ # 5 ©2026", "好 ok    # 5 2026"],
  ["lower-case", "ÄRGER İ", "ärger i̇"],
  ["punctuation", "Well-known: it's 3.5 (or so)… really?!", "Well-known  it's 3.5  or so  really "],
  ["punctuation", "很好，很干净！「再来」", "很好 很干净 再来 "],
  ["spaces", " a\t\n b　c ", "a b c"],
  // One character for two, and two for one, by the word around: 皇后 and 頭髮, 發生 and 頭髮.
  ["simplified", "皇后的頭髮，乾淨的軟體 ok", "皇后的头发，干净的软体 ok"],
  ["simplified", "已经是简体", "已经是简体"],
  ["traditional", "皇后的头发，发生了，干净的软件 ok", "皇后的頭髮，發生了，乾淨的軟件 ok"],
] as const)("%s: %j", async (cure, text, expected) => {
  const treat = await loadTextCures({ text: [cure] });
  expect(treat(text)).toBe(expected);
});

test.each([
  ["en", "The room was not clean, and I am never coming back.", "room not clean, never coming back."],
  ["en", "State-of-the-art, isn't it?", "State-of-the-art, isn't ?"],
  ["en", "THE  end of the   day", "end day"],
  ["de", "Das ist nicht der Zug, den ich nehme", "nicht Zug, nehme"],
  ["zh", "我们的房间不是很干净，但是服务员非常热情", "房间不是很干净，服务员非常热情"],
  ["zh", "我們的房間沒有窗戶", "房間沒有窗戶"],
  ["zh", "nothing to take out", "nothing to take out"],
] as const)("stop words of %s: %j", async (language, text, expected) => {
  const treat = await loadTextCures({ text: ["stop-words"], language: [language] });
  expect(treat(text)).toBe(expected);
});

test("stop words of several languages", async () => {
  const treat = await loadTextCures({ text: ["stop-words"], language: ["en", "zh"] });
  expect(treat("the room 是很好的")).toBe("room 很好");
});

test("the language of stop words is what most texts are in, or the one that is named", () => {
  const english = Array.from({ length: 20 }, (_, i) => `The parcel ${i} was not delivered to me and I have no answer`);
  const tell = (texts: string[], text: readonly TextCure[] = ["stop-words"]) =>
    withLanguage({ text }, { texts, where: "columns.body" }).language;
  expect(tell(english)).toEqual(["en"]);
  expect(tell(["这个酒店很好，我们还会再来"])).toEqual(["zh"]);
  expect(tell(english, ["spaces"])).toBeUndefined();
  const named = { text: ["stop-words"], language: ["de"] } as const;
  expect(withLanguage(named, { texts: english, where: "columns.body" })).toBe(named);
  expect(() => tell(["AX-1", "QQ-7"])).toThrow(ModelwrightError);
  expect(() => tell(["AX-1", "QQ-7"])).toThrow("columns.body.text: stop-words: its texts do not tell their language");
});

test("treating a text again changes nothing, in whatever order the cures are named", async () => {
  const chosen = TEXT_CURES.filter((cure) => !["html", "lower-case", "simplified", "traditional"].includes(cure));
  const language = ["en", "zh"] as const;
  const treat = await loadTextCures({ text: chosen, language });
  const reversed = await loadTextCures({ text: chosen.toReversed(), language });
  const space = await loadTextCures({ text: ["spaces"] });
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const once = treat(text);
      expect(reversed(text)).toBe(once);
      expect(space(once)).toBe(once);
    }),
  );
});
