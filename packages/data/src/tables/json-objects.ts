import { ModelwrightError } from "@modelwright/contracts";
import type { TextSource } from "./file-text.ts";
import { type JsonMember, jsonMembers } from "./json-members.ts";
import type { CellKind, Table, TableRow } from "./table.ts";
import { TokenColumns, withSpansOfTokens } from "./token-lists.ts";

/** The text of a JSON object, and where it begins. */
export interface JsonText {
  readonly json: string;
  readonly line: number;
}

/** What is no JSON and is written by programs all the same. */
const NO_NUMBER = /(?<=[:,[\s])(?:NaN|-?Infinity)(?=\s*[,\]}])/;

/**
 * A table of JSON objects, one per row.
 *
 * The columns are the keys of all rows in the order in which they first come, for which the objects are read once more
 * than for the rows. Strings are texts; of other values the cell has the text of the file, and its kind. Lists of tokens
 * and of their tags become a text and its spans.
 *
 * @param source.objects Begins anew at each call.
 * @param source.wanted Columns that a recipe names: lists of these stay lists.
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_ROW_MALFORMED`.
 */
export async function objectsTable({
  name,
  warnings,
  objects,
  wanted,
}: Pick<TextSource, "name" | "warnings"> & {
  readonly objects: () => AsyncIterable<JsonText>;
  readonly wanted?: readonly string[] | undefined;
}): Promise<Table> {
  const places = new Map<string, number>();
  const tokenColumns = new TokenColumns(wanted);
  for await (const { json, line } of objects()) {
    const value = parseObject(json, { file: name, line });
    tokenColumns.look(value);
    for (const key of Object.keys(value)) if (!places.has(key)) places.set(key, places.size);
  }
  if (places.size === 0) throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "the file is empty" });
  async function* rows(): AsyncGenerator<TableRow> {
    for await (const { json, line } of objects()) {
      const members = membersOf(json, { file: name, line });
      yield tableRow(members, { places, line });
    }
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

type Where = { readonly file: string; readonly line: number };

/** Only of numbers, lists and objects the spelling is looked up: they are rare, and it takes longer than to parse. */
function membersOf(json: string, where: Where): JsonMember[] {
  const members: JsonMember[] = [];
  for (const [key, each] of Object.entries(parseObject(json, where))) {
    if (typeof each === "string") members.push({ key, text: each });
    else if (typeof each === "boolean") members.push({ key, text: String(each), kind: "boolean" });
    else if (each === null) members.push({ key, text: "null", kind: "null" });
    else return jsonMembers(json, where);
  }
  return members;
}

function parseObject(json: string, where: Where): Readonly<Record<string, unknown>> {
  const value = parseJson(json, where);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  const problem = `a JSON object is needed, got ${kindOf(value)}`;
  throw new ModelwrightError("DATA_ROW_MALFORMED", { ...where, problem });
}

/** @throws {ModelwrightError} `DATA_ROW_MALFORMED`. */
export function parseJson(json: string, where: Where): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const [found] = NO_NUMBER.exec(json) ?? [];
    const problem = `not valid JSON: ${what}${found === undefined ? "" : `; ${found} is no JSON: write null`}`;
    throw new ModelwrightError("DATA_ROW_MALFORMED", { ...where, problem }, { cause: error });
  }
}

/** What kind of JSON value this is, in words. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  return `the ${typeof value} ${JSON.stringify(value)}`;
}
