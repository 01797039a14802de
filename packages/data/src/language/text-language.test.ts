import { describe, expect, test } from "vitest";
import { dominantScript } from "./scripts.ts";
import { textLanguage } from "./text-language.ts";

/** The first article of the Universal Declaration of Human Rights, as the United Nations publish it. */
const ARTICLE_1: Readonly<Record<string, string>> = {
  en: "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood.",
  de: "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen.",
  fr: "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de conscience et doivent agir les uns envers les autres dans un esprit de fraternité.",
  es: "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y conciencia, deben comportarse fraternalmente los unos con los otros.",
  pt: "Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e de consciência, devem agir uns para com os outros em espírito de fraternidade.",
  it: "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione e di coscienza e devono agire gli uni verso gli altri in spirito di fratellanza.",
  nl: "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren. Zij zijn begiftigd met verstand en geweten, en behoren zich jegens elkander in een geest van broederschap te gedragen.",
  sv: "Alla människor är födda fria och lika i värde och rättigheter. De är utrustade med förnuft och samvete och bör handla gentemot varandra i en anda av broderskap.",
  pl: "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem i sumieniem i powinni postępować wobec innych w duchu braterstwa.",
  cs: "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem a svědomím a mají spolu jednat v duchu bratrství.",
  vi: "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi. Mọi con người đều được tạo hóa ban cho lý trí và lương tâm và cần phải đối xử với nhau trong tình bằng hữu.",
  ru: "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и должны поступать в отношении друг друга в духе братства.",
  zh: "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
  ja: "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
  ko: "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
  el: "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
};

describe("textLanguage", () => {
  test.each(Object.entries(ARTICLE_1))("tells %s from a few sentences", (language, text) => {
    expect(textLanguage([text])).toMatchObject({ language });
  });

  test.each<[string, string[]]>([
    ["product codes", ["XK-2000", "B 17", "PX4 Turbo"]],
    ["one word", ["Hotel"]],
    ["halves of two languages", [ARTICLE_1["de"]!, ARTICLE_1["fr"]!, "le la les der die das et und"]],
  ])("does not name a language for %s", (_, texts) => {
    expect(textLanguage(texts)).toEqual({ script: "Latn", share: 1 });
  });

  test("has nothing to say of texts without letters", () => {
    expect(textLanguage(["12 %", "", "👍"])).toBeUndefined();
    expect(textLanguage([])).toBeUndefined();
  });
});

test("foreign words do not change the script, and have their share", () => {
  expect(dominantScript(["酒店很好，有空调", "wi"])).toEqual({ script: "Hani", share: 7 / 9 });
  expect(dominantScript(["今天很好。ありがとう"])!.script).toBe("Jpan");
  expect(dominantScript(["他在日语里说の，很有意思，我们都笑了起来，然后继续吃饭"])!.script).toBe("Hani");
});
