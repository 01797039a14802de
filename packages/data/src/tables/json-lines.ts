import { ModelwrightError } from "@modelwright/contracts";
import type { TextSource } from "./file-text.ts";
import { type JsonMember, jsonMembers } from "./json-members.ts";
import type { CellKind, Table, TableRow } from "./table.ts";
import { textLines } from "./text-lines.ts";
import { TokenColumns, withSpansOfTokens } from "./token-lists.ts";

/**
 * Reads a JSON Lines file (jsonlines.org) as a table: one object per line; blank lines are skipped.
 *
 * The columns are the keys of all rows in the order in which they first come, for which the file is read once more
 * than for its rows. Strings are texts; of other values the cell has the text of the file, and its kind. Lists of tokens and of their tags
 * become a text and its spans.
 *
 * @param options.wanted Columns that a recipe names: lists of these stay lists.
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_ROW_MALFORMED`.
 */
export async function readJsonLines(
  text: TextSource,
  { wanted }: { readonly wanted?: readonly string[] } = {},
): Promise<Table> {
  const { name, warnings } = text;
  const places = new Map<string, number>();
  const tokenColumns = new TokenColumns(wanted);
  for await (const { value } of readObjects(text)) {
    tokenColumns.look(value);
    for (const key of Object.keys(value)) if (!places.has(key)) places.set(key, places.size);
  }
  if (places.size === 0) throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "the file is empty" });
  async function* rows(): AsyncGenerator<TableRow> {
    for await (const { json, value, line } of readObjects(text))
      yield tableRow(membersOf(json, value), { places, line });
  }
  const table = { name, columns: [...places.keys()], rows: { [Symbol.asyncIterator]: rows }, warnings };
  return withSpansOfTokens(table, tokenColumns.found);
}

function tableRow(
  members: readonly JsonMember[],
  { places, line }: { readonly places: ReadonlyMap<string, number>; readonly line: number },
): TableRow {
  const cells = new Array<string | undefined>(places.size).fill(undefined);
  let kinds: (CellKind | undefined)[] | undefined;
  for (const { key, text, kind } of members) {
    const place = places.get(key);
    if (place === undefined) continue; // the file grew since its columns were read
    cells[place] = kind === "null" ? undefined : text;
    if (kind === undefined && kinds === undefined) continue;
    kinds ??= new Array<CellKind | undefined>(places.size).fill(undefined);
    kinds[place] = kind;
  }
  return kinds === undefined ? { cells, line } : { cells, kinds, line };
}

interface JsonLine {
  readonly json: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly line: number;
}

async function* readObjects(text: TextSource): AsyncGenerator<JsonLine> {
  let line = 0;
  for await (const json of textLines(text.chunks())) {
    line++;
    if (json.trim() !== "") yield { json, value: parseObject(json, { file: text.name, line }), line };
  }
}

/** Only of numbers, lists and objects the spelling is looked up: they are rare, and it takes longer than to parse. */
function membersOf(json: string, value: JsonLine["value"]): JsonMember[] {
  const members: JsonMember[] = [];
  for (const [key, each] of Object.entries(value)) {
    if (typeof each === "string") members.push({ key, text: each });
    else if (typeof each === "boolean") members.push({ key, text: String(each), kind: "boolean" });
    else if (each === null) members.push({ key, text: "null", kind: "null" });
    else return jsonMembers(json);
  }
  return members;
}

function parseObject(json: string, where: { readonly file: string; readonly line: number }): JsonLine["value"] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    const problem = `not valid JSON: ${error instanceof Error ? error.message : String(error)}`;
    throw new ModelwrightError("DATA_ROW_MALFORMED", { ...where, problem }, { cause: error });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonLine["value"];
  const problem = `a JSON object is needed, got ${kindOf(value)}`;
  throw new ModelwrightError("DATA_ROW_MALFORMED", { ...where, problem });
}

/** What kind of JSON value this is, in words. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `the ${typeof value} ${JSON.stringify(value)}`;
}
