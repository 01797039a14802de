import type { ColumnKind, RowItem } from "@modelwright/contracts";
import type { ColumnOf, Frame } from "./frame.ts";

/** Milliseconds since 1970 as a client would write the date. */
export function isoDate(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text.replace(".000Z", "Z");
}

/** A value as a client sends it; null where it is missing. */
const VALUES: { readonly [K in ColumnKind]: (column: ColumnOf<K>, row: number) => RowItem[string] } = {
  number: ({ values }, row) => (Number.isNaN(values[row]!) ? null : values[row]!),
  category: ({ codes, categories }, row) => categories[codes[row]!] ?? null,
  date: ({ values }, row) => (Number.isNaN(values[row]!) ? null : isoDate(values[row]!)),
  text: ({ values }, row) => (values[row] === "" ? null : values[row]!),
};

/** A row of a frame as a client sends it. */
export function rowItem({ columns }: Frame, row: number): RowItem {
  return Object.fromEntries(columns.map((column) => [column.name, VALUES[column.kind](column as never, row)]));
}

/** Rows as texts, by which they are known again. */
export function rowTexts(frame: Frame): string[] {
  return Array.from({ length: frame.rows }, (_, row) => JSON.stringify(rowItem(frame, row)));
}
