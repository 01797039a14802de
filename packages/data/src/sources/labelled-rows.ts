import { dropMissing } from "../cleaning/missing-values.ts";
import type { TextRow } from "../text-row.ts";
import { readSource } from "./read-source.ts";

export interface LabelledRows {
  readonly rows: readonly TextRow[];
  /** Rows left out, by reason. */
  readonly skipped: { rows: number; reason: string }[];
}

/**
 * Reads every labelled row of a file as it is: no cleaning, no splits. For judging a model that exists.
 *
 * @param path Absolute path of a CSV or JSON Lines file, or `npm:<package>`.
 * @param columns Default: `text` and `label`.
 * @throws {ModelwrightError} with a `DATA_…` code, naming the file.
 */
export async function readLabelledRows(
  path: string,
  columns: { readonly text?: string; readonly label?: string } = {},
): Promise<LabelledRows> {
  const named = { text: columns.text ?? "text", label: columns.label ?? "label" };
  const source = await readSource(path, {
    baseDir: ".",
    columns: named,
    limit: undefined,
    seed: 0,
    onProgress: () => {},
  });
  const rows = dropMissing(source.rows, { file: source.name, columns: named, missing: "drop" });
  const missing = source.rows.length - rows.length;
  return { rows, skipped: missing === 0 ? [] : [{ rows: missing, reason: "no text or no label" }] };
}
