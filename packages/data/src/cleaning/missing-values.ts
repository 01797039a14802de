import { ModelwrightError, type TextClassificationRecipe } from "@modelwright/contracts";
import type { SourceRow } from "../sources/source.ts";
import type { TextRow } from "../text-row.ts";

export interface MissingOptions {
  readonly file: string;
  readonly columns: TextClassificationRecipe["data"]["columns"];
  readonly missing: TextClassificationRecipe["data"]["clean"]["missing"];
}

const NAMED_ROWS = 5;

/**
 * Drops rows without a text or a label.
 *
 * @throws {ModelwrightError} `DATA_MISSING_VALUES` with the first rows named, if `missing` is `error`.
 */
export function dropMissing(rows: readonly SourceRow[], options: MissingOptions): TextRow[] {
  const { file, columns, missing } = options;
  if (missing === "error") {
    for (const role of ["text", "label"] as const) {
      const bad = rows.filter((row) => !row[role]);
      if (bad.length === 0) continue;
      const first = bad.slice(0, NAMED_ROWS).map((row) => `${row.origin.file}:${row.origin.line}`);
      const column = columns[role];
      throw new ModelwrightError("DATA_MISSING_VALUES", {
        file,
        column,
        role,
        count: bad.length,
        rows: rows.length,
        first,
      });
    }
  }
  return rows.filter((row): row is TextRow => Boolean(row.text) && Boolean(row.label));
}
