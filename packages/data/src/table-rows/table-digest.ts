import { createHash } from "node:crypto";
import type { AnnotationRole } from "../annotations/annotation.ts";
import type { Column, ColumnKind, ColumnOf } from "../frames/frame.ts";
import type { RowWith } from "../roles/read-rows.ts";
import { SPLIT_NAMES } from "../splits/split-names.ts";
import type { TableRows } from "./table-rows.ts";

/** A value as it stands in the digest. */
const VALUE_OF: { readonly [K in ColumnKind]: (column: ColumnOf<K>, row: number) => string | number | null } = {
  number: ({ values }, row) => (Number.isNaN(values[row]!) ? null : values[row]!),
  category: ({ codes, categories }, row) => categories[codes[row]!] ?? null,
  date: ({ values }, row) => (Number.isNaN(values[row]!) ? null : values[row]!),
  text: ({ values }, row) => values[row]!,
};

/**
 * SHA-256 of all rows in order, one JSON array of id, values, annotation and group per line, each split under its name; the columns and their
 * kinds stand before them.
 *
 * @param annotationOf What a row is annotated with: its label.
 */
export function tableDigest<R extends AnnotationRole>(
  splits: Readonly<Record<(typeof SPLIT_NAMES)[number], TableRows<R>>>,
  annotationOf: (row: RowWith<R>) => unknown,
): string {
  const hash = createHash("sha256");
  hash.update(`${JSON.stringify(splits.train.frame.columns.map(({ name, kind }) => [name, kind]))}\n`);
  for (const name of SPLIT_NAMES) {
    hash.update(`${name}\n`);
    const { rows, frame } = splits[name];
    for (const [i, row] of rows.entries()) {
      const values = frame.columns.map((column: Column) => VALUE_OF[column.kind](column as never, i));
      hash.update(`${JSON.stringify([row.id, ...values, annotationOf(row), row.group ?? null])}\n`);
    }
  }
  return hash.digest("hex");
}
