import type { ColumnKind, RowItem } from "@modelwright/contracts";
import {
  type AnnotationRole,
  type ColumnOf,
  type Frame,
  type PreparedTable,
  type TableRows,
  takeRows,
} from "@modelwright/data";
import { HeldOut } from "../held-out.ts";
import type { PreparedData } from "../task.ts";

/** What a run is given of a prepared table. */
export function preparedTable<R extends AnnotationRole, Found, Split>(
  prepared: PreparedTable<R, Found>,
  splitOf: (rows: TableRows<R>) => Split,
): PreparedData<Split> {
  const { train, validation, test, development, digest, report } = prepared;
  return {
    learning: { train: splitOf(train), validation: splitOf(validation) },
    test: new HeldOut(splitOf(test), test.rows.length),
    development: { ...development, rows: splitOf(development.rows) },
    digest,
    report,
  };
}

/** Some rows of a split. */
export function takeTableRows<R extends AnnotationRole>(
  { rows, frame }: TableRows<R>,
  chosen: Int32Array,
): TableRows<R> {
  return { rows: Array.from(chosen, (row) => rows[row]!), frame: takeRows(frame, chosen) };
}

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
export function rowTexts({ frame }: { readonly frame: Frame }): string[] {
  return Array.from({ length: frame.rows }, (_, row) => JSON.stringify(rowItem(frame, row)));
}

/** The columns of a frame that a model reads. */
export function readColumns(frame: Frame, read: readonly { readonly name: string }[]): Frame {
  return { ...frame, columns: frame.columns.filter((column) => read.some(({ name }) => name === column.name)) };
}

/** The first row without a missing value, to show; the first, where all have one. */
export function completeRow(frame: Frame): RowItem {
  for (let row = 0; row < frame.rows; row++) {
    const item = rowItem(frame, row);
    if (!Object.values(item).includes(null)) return item;
  }
  return rowItem(frame, 0);
}
