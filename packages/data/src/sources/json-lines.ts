import { ModelwrightError } from "@modelwright/contracts";
import { kindOf, openJsonLines } from "../tables/json-lines-file.ts";
import type { FileOptions, FileRows, SourceRow } from "./source.ts";

/**
 * Reads the rows of a JSON Lines file.
 *
 * The text must be a string; label, id and group may also be numbers or booleans. `null` and an absent key are missing
 * values; a key that no row has is a missing column.
 *
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_ROW_MALFORMED`, `DATA_VALUE_TYPE`, `DATA_COLUMN_MISSING`,
 * `DATA_ENCODING_UNREADABLE`.
 */
export async function readJsonLines(options: FileOptions): Promise<FileRows> {
  const { path, name, columns } = options;
  const file = await openJsonLines({ path, name });
  const rows: SourceRow[] = [];
  const keys = new Set<string>();
  for await (const { values, line } of file.rows) {
    for (const key of Object.keys(values)) keys.add(key);
    const value = (column: string | undefined, accepted: Accepted): string | undefined =>
      column === undefined ? undefined : readValue(values[column], { column, accepted, file: name, line });
    const group = value(columns.group, "scalar");
    rows.push({
      id: value(columns.id, "scalar") || `${name}:${line}`,
      text: value(columns.text, "string"),
      label: value(columns.label, "scalar"),
      ...(group ? { group } : {}),
      origin: { file: name, line },
    });
    if (rows.length % 1000 === 0) options.onProgress(rows.length);
  }
  if (rows.length === 0) throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "the file is empty" });
  for (const [role, column] of Object.entries(columns)) {
    if (column !== undefined && !keys.has(column)) {
      throw new ModelwrightError("DATA_COLUMN_MISSING", { file: name, column, role, available: [...keys] });
    }
  }
  return { rows, warnings: file.warnings };
}

type Accepted = "string" | "scalar";

function readValue(
  value: unknown,
  where: { column: string; accepted: Accepted; file: string; line: number },
): string | undefined {
  const { accepted, ...place } = where;
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value.trim();
  if (accepted === "scalar" && (typeof value === "number" || typeof value === "boolean")) return String(value);
  const expected = accepted === "string" ? "a string" : "a string, a number or a boolean";
  throw new ModelwrightError("DATA_VALUE_TYPE", { ...place, expected, got: kindOf(value) });
}
