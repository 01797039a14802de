import { ModelwrightError } from "@modelwright/contracts";
import { type NamedFile, openText } from "./file-text.ts";
import { textLines } from "./text-lines.ts";

export interface JsonLinesFile {
  readonly rows: AsyncIterable<JsonLinesRow>;
  readonly warnings: readonly string[];
}

export interface JsonLinesRow {
  readonly values: Readonly<Record<string, unknown>>;
  /** From 1. */
  readonly line: number;
}

/**
 * Opens a JSON Lines file (jsonlines.org) as a stream: one object a line; blank lines are skipped.
 *
 * @throws {ModelwrightError} `DATA_ENCODING_UNREADABLE`; as rows are read also `DATA_ROW_MALFORMED`.
 */
export async function openJsonLines(file: NamedFile): Promise<JsonLinesFile> {
  const { path, name = path } = file;
  const { chunks, warnings } = await openText(file);
  return { rows: readObjects(chunks, name), warnings };
}

async function* readObjects(chunks: AsyncIterable<string>, file: string): AsyncGenerator<JsonLinesRow> {
  let line = 0;
  for await (const text of textLines(chunks)) {
    line++;
    if (text.trim() !== "") yield { values: parseObject(text, { file, line }), line };
  }
}

function parseObject(text: string, where: { file: string; line: number }): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = `not valid JSON: ${error instanceof Error ? error.message : String(error)}`;
    throw new ModelwrightError("DATA_ROW_MALFORMED", { ...where, problem }, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const problem = `a JSON object is needed, got ${kindOf(value)}`;
    throw new ModelwrightError("DATA_ROW_MALFORMED", { ...where, problem });
  }
  return value as Record<string, unknown>;
}

/** What kind of JSON value this is, in words. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `the ${typeof value} ${JSON.stringify(value)}`;
}
