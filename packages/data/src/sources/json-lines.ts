import { ModelwrightError } from "@modelwright/contracts";
import type { FileOptions, FileRows, SourceRow } from "./source.ts";
import { decodedChunks, detectTextEncoding } from "./text-encoding.ts";

/**
 * Reads a JSON Lines file (jsonlines.org): one object a line; blank lines are skipped.
 *
 * The text must be a string; label, id and group may also be numbers or booleans. `null` and an absent key are missing
 * values; a key that no row has is a missing column.
 *
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_ROW_MALFORMED`, `DATA_VALUE_TYPE`, `DATA_COLUMN_MISSING`,
 * `DATA_ENCODING_UNREADABLE`.
 */
export async function readJsonLines(options: FileOptions): Promise<FileRows> {
  const { path, name, columns } = options;
  const encoding = await detectTextEncoding(path, name);
  const rows: SourceRow[] = [];
  const keys = new Set<string>();
  let line = 0;
  for await (const text of lines(decodedChunks(path, encoding.label))) {
    line++;
    if (text.trim() === "") continue;
    const object = parseObject(text, { file: name, line });
    for (const key of Object.keys(object)) keys.add(key);
    const value = (column: string | undefined, accepted: Accepted): string | undefined =>
      column === undefined ? undefined : readValue(object[column], { column, accepted, file: name, line });
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
  return { rows, warnings: encoding.warning === undefined ? [] : [encoding.warning] };
}

type Accepted = "string" | "scalar";

function parseObject(text: string, where: { file: string; line: number }): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = `not valid JSON: ${error instanceof Error ? error.message : String(error)}`;
    throw new ModelwrightError("DATA_ROW_MALFORMED", { ...where, problem }, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ModelwrightError("DATA_ROW_MALFORMED", {
      ...where,
      problem: `a JSON object is needed, got ${kind(value)}`,
    });
  }
  return value as Record<string, unknown>;
}

function readValue(
  value: unknown,
  where: { column: string; accepted: Accepted; file: string; line: number },
): string | undefined {
  const { accepted, ...place } = where;
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value.trim();
  if (accepted === "scalar" && (typeof value === "number" || typeof value === "boolean")) return String(value);
  const expected = accepted === "string" ? "a string" : "a string, a number or a boolean";
  throw new ModelwrightError("DATA_VALUE_TYPE", { ...place, expected, got: kind(value) });
}

function kind(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `the ${typeof value} ${JSON.stringify(value)}`;
}

async function* lines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let pending = "";
  for await (const chunk of chunks) {
    const parts = (pending + chunk).split("\n");
    pending = parts.pop()!;
    yield* parts;
  }
  yield pending;
}
