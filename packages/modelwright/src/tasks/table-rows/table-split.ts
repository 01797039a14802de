import type { RowItem } from "@modelwright/contracts";
import {
  type AnnotationRole,
  type Frame,
  type PreparedTable,
  rowItem,
  rowTexts,
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

/** What clients send of rows, as texts by which rows that come back are known again. */
export function askedTexts(
  { frame }: { readonly frame: Frame },
  { preprocessing }: { readonly preprocessing: { readonly columns: readonly { readonly name: string }[] } },
): string[] {
  const columns = preprocessing.columns.flatMap(
    ({ name }) => frame.columns.find((column) => column.name === name) ?? [],
  );
  return rowTexts({ ...frame, columns });
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
