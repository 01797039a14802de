import { createHash } from "node:crypto";
import type { PreparedRows } from "./prepared-data.ts";
import type { TextOnlyRow } from "./text-row.ts";

/**
 * SHA-256 of all rows in order, one JSON array of id, text, annotation and group per line, each split under
 * its name.
 *
 * @param annotationOf What a row is annotated with: its label.
 */
export function rowsDigest<Row extends TextOnlyRow>(
  splits: Pick<PreparedRows<Row>, "train" | "validation" | "test">,
  annotationOf: (row: Row) => unknown,
): string {
  const hash = createHash("sha256");
  for (const name of ["train", "validation", "test"] as const) {
    hash.update(`${name}\n`);
    for (const row of splits[name]) {
      // What rows of one text have had since the first version stays as it is.
      const texts = row.second === undefined ? [row.text] : [row.text, row.second];
      hash.update(`${JSON.stringify([row.id, ...texts, annotationOf(row), row.group ?? null])}\n`);
    }
  }
  return hash.digest("hex");
}
