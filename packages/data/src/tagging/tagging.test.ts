import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadTokenizer } from "../tokenizers/load-tokenizer.ts";
import { placeOf, tagNames, tagsOfSpans, unitSpans } from "./bio-tags.ts";
import { textUnits, type UnitKind, unitIds, unitWindows } from "./text-units.ts";
import { unitTokenizerJson } from "./unit-tokenizer.ts";

const unitsOf = (text: string, kind: UnitKind) => {
  const { starts, ends } = textUnits(text, kind);
  return Array.from(starts, (start, i) => text.slice(start, ends[i]));
};

test.each<[string, UnitKind, string[]]>([
  ["Oslo's U.N. office, 2026!", "words", ["Oslo", "'", "s", "U", ".", "N", ".", "office", ",", "2026", "!"]],
  ["北京 和🎉 WTO", "characters", ["北", "京", "和", "🎉", "W", "T", "O"]],
  ["नमस्ते दुनिया", "words", ["नमस्ते", "दुनिया"]],
  ["  ", "words", []],
])("units of %j by %s", (text, kind, units) => {
  expect(unitsOf(text, kind)).toEqual(units);
});

test.each<UnitKind>(["words", "characters"])("ids of %s are those of the tokenizer.json as a whole", (kind) => {
  const texts = ["Anna moved to Oslo.", "Anna likes 北京, 北京!", "Straße 12, Oslo 🎉"];
  const json = unitTokenizerJson(texts, { kind, vocabularySize: 30, minFrequency: 1 });
  const tokenizer = loadTokenizer(json);
  expect(tokenizer.padId).toBe(0);
  expect(tokenizer.unknownId).toBe(1);
  for (const text of [...texts, "Nothing known, żółć\t再见", ""]) {
    const ids = unitIds(text, textUnits(text, kind), tokenizer);
    expect([...ids]).toEqual([...tokenizer.encode(text, 1000)]);
  }
});

test("rare units are unknown, and so are those beyond the size", () => {
  const known = (vocabularySize: number, minFrequency: number) =>
    Object.keys(
      (
        unitTokenizerJson(["a a a b b c"], { kind: "words", vocabularySize, minFrequency }).model as unknown as {
          vocab: object;
        }
      ).vocab,
    );
  expect(known(10, 2)).toEqual(["[PAD]", "[UNK]", "a", "b"]);
  expect(known(3, 1)).toEqual(["[PAD]", "[UNK]", "a"]);
});

describe("tags", () => {
  const labels = ["LOC", "PER"];
  const tagged = (text: string, spans: readonly (readonly [string, string])[]) => {
    let from = 0;
    const marked = spans.map(([part, label]) => {
      const start = text.indexOf(part, from);
      from = start + part.length;
      return { start, end: from, label };
    });
    const units = textUnits(text, "words");
    return { tags: tagsOfSpans(units, marked, labels), units, marked };
  };

  test("of spans, side by side too", () => {
    const { tags } = tagged("Ada Byron Oslo , no", [
      ["Ada Byron", "PER"],
      ["Oslo", "LOC"],
    ]);
    expect(Array.from(tags, (tag) => tagNames(labels)[tag])).toEqual(["B-PER", "I-PER", "B-LOC", "O", "O"]);
  });

  test("of a span that covers a part of a word mark the word", () => {
    expect([...tagged("Osloer here", [["Oslo", "LOC"]]).tags]).toEqual([1, 0]);
  });

  test("give their spans back", () => {
    const word = fc.constantFrom("Ada", "to", "Oslo", ",");
    const parts = fc.array(
      fc.record({ words: fc.array(word, { minLength: 1, maxLength: 3 }), label: fc.constantFrom("", ...labels) }),
    );
    fc.assert(
      fc.property(parts, (drawn) => {
        let text = "";
        const spans: { start: number; end: number; label: string }[] = [];
        for (const { words, label } of drawn) {
          const start = text.length;
          text += words.join(" ");
          if (label !== "") spans.push({ start, end: text.length, label });
          text += " ";
        }
        const units = textUnits(text, "words");
        const found = unitSpans(tagsOfSpans(units, spans, labels)).map((span) => ({
          ...placeOf(units, span),
          label: labels[span.label],
        }));
        expect(found).toEqual(spans);
      }),
    );
  });
});

describe("windows", () => {
  const windows = (text: string, maxLength: number) => {
    const units = textUnits(text, "characters");
    return unitWindows(text, units, maxLength).map(({ from, to }) =>
      text.slice(units.starts[from], units.ends[to - 1]),
    );
  };

  test.each([
    ["abcdefg", 8, ["abcdefg"]],
    ["abcdef.gh", 8, ["abcdef.", "gh"]],
    ["abcd,f.ghi", 8, ["abcd,f.", "ghi"]],
    ["abcde,gh", 7, ["abcde,", "gh"]],
    [".abcdefghij", 8, [".abcdefg", "hij"]],
    ["", 8, []],
  ])("of %j by %i", (text, maxLength, parts) => {
    expect(windows(text, maxLength)).toEqual(parts);
  });

  test("hold every unit once, none longer than asked for", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 9 }), (text, maxLength) => {
        const units = textUnits(text, "characters");
        const parts = unitWindows(text, units, maxLength);
        expect(parts.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))).toEqual([
          ...units.starts.keys(),
        ]);
        for (const { from, to } of parts) expect(to - from).toBeLessThanOrEqual(maxLength);
      }),
    );
  });
});
