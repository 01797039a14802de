import { ModelwrightError } from "@modelwright/contracts";
import type { CellKind, Table, TableRow } from "./table.ts";
import { sentenceOf, taggedToken } from "./tagged-sentence.ts";

/** Columns of tokens and of their tags, by the names that data sets have for them. */
const TOKENS = ["tokens", "words"];
const TAGS = ["ner_tags", "tags", "labels"];
const ADDED = ["text", "spans"] as const;

/**
 * A table whose rows have a list of tokens and one of their tags, as data sets of tagged tokens are published, as one with a text and its
 * spans; other tables as they are. Tags are read as in files of one token per line.
 *
 * @param lists Columns that begin with a list.
 *
 * While it is read: `DATA_ROW_MALFORMED`, `DATA_TAG_UNKNOWN` with file and line.
 */
export function withSpansOfTokens(table: Table, lists: ReadonlySet<string>): Table {
  const { name, columns } = table;
  const place = (names: readonly string[]) =>
    columns.findIndex((column) => names.includes(column) && lists.has(column));
  const [tokens, tags] = [place(TOKENS), place(TAGS)];
  if (tokens < 0 || tags < 0 || ADDED.some((column) => columns.includes(column))) return table;
  const rest = columns.flatMap((_, at) => (at === tokens || at === tags ? [] : [at]));
  async function* rows(): AsyncGenerator<TableRow> {
    for await (const row of table.rows) {
      const where = { file: row.file ?? name, line: row.line };
      const words = listOf(row, tokens, { ...where, column: columns[tokens]! });
      const marks = listOf(row, tags, { ...where, column: columns[tags]! });
      if (words.length !== marks.length) {
        const problem = `${words.length} ${columns[tokens]} have ${marks.length} ${columns[tags]}`;
        throw new ModelwrightError("DATA_ROW_MALFORMED", { ...where, problem });
      }
      const { text, spans } = sentenceOf(words.map((word, at) => taggedToken(word, marks[at]!, where)));
      const kinds: (CellKind | undefined)[] = [undefined, "list", ...rest.map((at) => row.kinds?.[at])];
      yield { ...row, cells: [text, JSON.stringify(spans), ...rest.map((at) => row.cells[at])], kinds };
    }
  }
  const names = [...ADDED, ...rest.map((at) => columns[at]!)];
  return { ...table, columns: names, rows: { [Symbol.asyncIterator]: rows } };
}

/** A cell that holds a JSON list of texts. Numbers stand for names that the file does not have. */
function listOf(
  { cells, kinds }: TableRow,
  at: number,
  { column, ...where }: { readonly file: string; readonly line: number; readonly column: string },
): string[] {
  const list: unknown = kinds?.[at] === "list" ? JSON.parse(cells[at]!) : undefined;
  if (Array.isArray(list) && list.every((each) => typeof each === "string")) return list;
  const got = cells[at] === undefined ? "nothing" : cells[at].slice(0, 60);
  const numbers = Array.isArray(list) && list.every((each) => typeof each === "number");
  const hint = numbers ? "; write the names of the tags in the place of their numbers" : "";
  throw new ModelwrightError("DATA_ROW_MALFORMED", {
    ...where,
    problem: `${column} must be a list of texts, got ${got}${hint}`,
  });
}
