import type { Column, Frame, TextColumn } from "../frames/frame.ts";
import { textLanguage } from "../language/text-language.ts";
import type { Observed } from "./sketches.ts";

/** Values of a column that can be compared: of texts their lengths in UTF-16 code units. */
export function observedValues(column: Column): Observed {
  switch (column.kind) {
    case "category":
      return { kind: "category", values: Array.from(column.codes, (code) => column.categories[code] ?? null) };
    case "text":
      return { kind: "number", values: column.values.map((text) => (text === "" ? Number.NaN : text.length)) };
    default:
      return { kind: "number", values: column.values };
  }
}

/**
 * What is watched of the columns of a table. Numbers, dates and categories are themselves; a text is its length, its
 * language, and its vector where an encoder has made one: `review (length)` and so on.
 */
export function observedColumns(frame: Frame): Record<string, Observed> {
  return Object.fromEntries(
    frame.columns.flatMap((column): [string, Observed][] =>
      column.kind === "text" ? observedTexts(column) : [[column.name, observedValues(column)]],
    ),
  );
}

function observedTexts(column: TextColumn): [string, Observed][] {
  const { name, values, vectors } = column;
  const seen: [string, Observed][] = [
    [`${name} (length)`, observedValues(column)],
    [`${name} (language)`, { kind: "category", values: values.map(languageOf) }],
  ];
  if (vectors === undefined) return seen;
  const { places, table, width } = vectors;
  const rows = Array.from(places, (place) => (place < 0 ? null : table.subarray(place * width, (place + 1) * width)));
  return [...seen, [`${name} (vector)`, { kind: "vector", values: rows }]];
}

/** The language of a text, or the script of one of too few words; null without letters. */
function languageOf(text: string): string | null {
  const found = text === "" ? undefined : textLanguage([text]);
  return found?.language ?? found?.script ?? null;
}
