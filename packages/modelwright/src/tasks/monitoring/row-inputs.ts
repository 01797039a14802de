import type { RowItem, TablePreprocessing } from "@modelwright/contracts";
import { type Frame, observedColumns, rowItem, rowsFrame } from "@modelwright/data";
import type { ObservedColumns } from "./monitoring.ts";

interface TableManifest {
  readonly preprocessing: TablePreprocessing;
}

/** Rows of a split as a client sends them. */
export function rowItems({ frame }: { readonly frame: Frame }): RowItem[] {
  return Array.from({ length: frame.rows }, (_, row) => rowItem(frame, row));
}

/** The columns that a model reads; of texts their length and language. */
export function rowInputs(
  items: readonly RowItem[],
  { manifest }: { readonly manifest: TableManifest },
): ObservedColumns {
  return observedColumns(rowsFrame(manifest.preprocessing.columns, items));
}
