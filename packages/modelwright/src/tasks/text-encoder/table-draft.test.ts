import { expect, test } from "vitest";
import { draftFromScratch, findDraftColumns } from "./table-draft.ts";

const column = (name: string, values: readonly string[], words: number) => {
  const characters = values.join("").length;
  const counts = new Map(values.map((value) => [value, 1]));
  return { name, filled: values.length, blankRows: [], characters, words: words * values.length, numbers: 0, counts };
};

function draftOf(texts: readonly string[]) {
  const label = {
    ...column("label", ["a", "b"], 1),
    filled: texts.length,
    counts: new Map([
      ["a", 1],
      ["b", 1],
    ]),
  };
  const sketch = { rows: texts.length, columns: [column("text", texts, 6), label] };
  const found = findDraftColumns(sketch, { text: "text", label: "label" }, "label");
  if ("unclear" in found) throw new Error(found.unclear);
  return draftFromScratch(found);
}

test.each<[string, readonly string[]]>([
  ["a language that a base has seen", ["The room was clean and the staff were kind.", "I do not like it at all."]],
  ["letters of such a language", ["XK-12 ZQ-77", "RT-99 BB-14"]],
  ["no letters", ["12 %", "👍"]],
])("%s leaves the model to the defaults", (_, texts) => {
  expect(draftOf(texts)).toEqual({ lines: [] });
});

test.each<[string, readonly string[], string]>([
  ["a language without spaces", ["房间很干净，服务也不错。", "早餐太差了，不会再来。"], "Chinese"],
  [
    "a language in letters that the base knows",
    ["Das Zimmer war sauber und die Leute sind nett.", "Es ist nicht gut."],
    "German",
  ],
  ["a script whose language is not told", ["Ѥѩѭ ѯѱ", "Ѵѷ ѹѻ"], "in Cyrillic script"],
])("%s is trained from scratch, and said", (_, texts, written) => {
  expect(draftOf(texts)).toEqual({
    model: `model: { base: none }   # the texts are ${written}; use-lite-en has seen English only\n`,
    lines: [`  the texts are ${written}, use-lite-en has seen English only: trained from scratch (model.base: none)`],
  });
});
