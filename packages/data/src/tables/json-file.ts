import { ModelwrightError } from "@modelwright/contracts";
import type { TextSource } from "./file-text.ts";
import { columnsTable } from "./json-columns.ts";
import { readJsonLines } from "./json-lines.ts";
import { type JsonText, objectsTable } from "./json-objects.ts";
import { type JsonValue, jsonValues, SecondDocument } from "./json-values.ts";
import type { Table } from "./table.ts";

/** Where in a JSON document its rows are. */
type Layout =
  /** In its list, or in that of a member. */
  | { readonly rows: "elements"; readonly of?: string }
  /** Each member is a column. */
  | { readonly rows: "columns" }
  /** The document is one row. */
  | { readonly rows: "document" }
  /** It is JSON Lines by another name. */
  | { readonly rows: "lines" };

/** What is seen of a member of a document that is an object. */
interface Member {
  readonly within: JsonValue["within"];
  values: number;
  objects: number;
  /** Whether the names in it, if it is an object, are numbers from 0. */
  isNumbered: boolean;
}

/**
 * Reads a JSON file as a table: a list of objects, one per row; an object with one member that is such a list, as
 * answers of servers are (`{ "data": […] }`); an object whose members are columns, lists of equal length or, as pandas
 * writes them, objects with the names "0", "1", …; or one object of plain values, a row by itself.
 *
 * Rows of a list are cut out one by one, so that the file may be larger than memory; columns are read whole.
 *
 * @param options.wanted Columns that a recipe names: lists of these stay lists.
 * @throws {ModelwrightError} `DATA_EMPTY`, `DATA_LAYOUT_UNKNOWN`, `DATA_ROW_MALFORMED`, `DATA_TOO_LARGE`.
 */
export async function readJson(
  text: TextSource,
  { wanted }: { readonly wanted?: readonly string[] } = {},
): Promise<Table> {
  const layout = await layoutOf(text);
  switch (layout.rows) {
    case "lines":
      return readJsonLines(text, { ...(wanted === undefined ? {} : { wanted }) });
    case "columns":
      return columnsTable(text);
    case "document":
      return objectsTable({ ...text, objects: () => wholeDocument(text), wanted });
    case "elements":
      return objectsTable({ ...text, objects: () => elements(text, layout.of), wanted });
  }
}

async function* elements(text: TextSource, of: string | undefined): AsyncGenerator<JsonText> {
  for await (const { json, line, key, within } of jsonValues(text))
    if (key === of && within === "list") yield { json, line };
}

async function* wholeDocument(text: TextSource): AsyncGenerator<JsonText> {
  const members: string[] = [];
  for await (const { key, json } of jsonValues(text)) members.push(`${JSON.stringify(key)}:${json}`);
  yield { json: `{${members.join(",")}}`, line: 1 };
}

async function layoutOf(text: TextSource): Promise<Layout> {
  const members = new Map<string, Member>();
  try {
    for await (const value of jsonValues(text)) {
      if (value.key === undefined && value.within === "list") return { rows: "elements" };
      if (value.key === undefined) throw unknownLayout(text.name, "it is a single value");
      note(members, value.key, value);
    }
  } catch (error) {
    if (error instanceof SecondDocument) return { rows: "lines" };
    throw error;
  }
  if (members.size === 0) throw new ModelwrightError("DATA_EMPTY", { file: text.name, problem: "no rows in it" });
  return layoutOfMembers(members, text.name);
}

function note(members: Map<string, Member>, key: string, { within, json, innerKey }: JsonValue): void {
  const member = members.get(key) ?? { within, values: 0, objects: 0, isNumbered: true };
  members.set(key, member);
  if (json.startsWith("{")) member.objects++;
  if (innerKey !== String(member.values)) member.isNumbered = false;
  member.values++;
}

function layoutOfMembers(members: ReadonlyMap<string, Member>, file: string): Layout {
  const all = [...members.values()];
  const rows = [...members].filter(([, { within, objects, values }]) => within === "list" && objects === values);
  if (rows.length === 1) return { rows: "elements", of: rows[0]![0] };
  if (rows.length > 1) {
    const names = rows.map(([name]) => JSON.stringify(name)).join(" and ");
    throw unknownLayout(file, `it has several lists of objects, ${names}`);
  }
  if (all.every(({ within }) => within === "document")) return { rows: "document" };
  if (all.every(({ within, isNumbered }) => within === "list" || (within === "object" && isNumbered)))
    return { rows: "columns" };
  throw unknownLayout(
    file,
    `it is an object with the members ${[...members.keys()]
      .slice(0, 5)
      .map((name) => JSON.stringify(name))
      .join(", ")}`,
  );
}

function unknownLayout(file: string, found: string): ModelwrightError {
  return new ModelwrightError("DATA_LAYOUT_UNKNOWN", { file, found });
}
