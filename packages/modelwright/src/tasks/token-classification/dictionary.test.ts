import { expect, test } from "vitest";
import { dictionaryBaseline } from "./dictionary.ts";
import type { SpanRows } from "./rows.ts";
import { showSpans } from "./rows.ts";

/** Rows of texts in which `[…|label]` is marked. */
function rowsOf(...texts: string[]): SpanRows {
  const rows = texts.map((written, i) => {
    let text = "";
    const spans: { start: number; end: number; label: string }[] = [];
    for (const [, plain = "", covered, label = ""] of written.matchAll(/([^[]*)(?:\[([^|]+)\|(\w+)\])?/g)) {
      text += plain;
      if (covered === undefined) continue;
      spans.push({ start: text.length, end: text.length + covered.length, label });
      text += covered;
    }
    return { id: String(i), origin: { file: "a", line: i + 1 }, text, spans };
  });
  return { labels: ["LOC", "PER"], rows };
}

test.each([
  ["what was always marked", ["in [Oslo|LOC]"], "Oslo, Oslo", "Oslo (LOC), Oslo (LOC)"],
  [
    "the longest stretch",
    ["[New York|LOC]", "[New York Times|PER]", "[York|PER]"],
    "the New York Times",
    "New York Times (PER)",
  ],
  ["the more frequent label", ["[Paris|LOC]", "[Paris|PER]", "[Paris|LOC]"], "Paris", "Paris (LOC)"],
  ["nothing that was mostly not marked", ["[May|PER] came", "in May", "since May"], "May", "no span"],
  ["nothing in the middle of a word", ["[Oslo|LOC]"], "Osloer", "no span"],
])("marks %s", (_, seen, text, marked) => {
  const { rows } = dictionaryBaseline(rowsOf(...seen), rowsOf(text), "words");
  expect(showSpans(text, rows[0]!.predicted)).toBe(marked);
});

test("knows characters where words are not told apart", () => {
  const { rows, labels } = dictionaryBaseline(rowsOf("他在[北京|LOC]"), rowsOf("[北京|LOC]很大"), "characters");
  expect(labels).toEqual(["LOC", "PER"]);
  expect(rows[0]).toEqual({
    actual: [{ start: 0, end: 2, label: "LOC" }],
    predicted: [{ start: 0, end: 2, label: "LOC" }],
  });
});
