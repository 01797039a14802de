import { ModelwrightError } from "@modelwright/contracts";
import type { CellKind, Table, TableRow } from "./table.ts";
import { sentenceOf, TAG, taggedToken } from "./tagged-sentence.ts";

/** Columns of tokens and of their tags, by the names that data sets have for them. */
const TOKENS = ["tokens", "words"];
const TAGS = ["ner_tags", "tags", "labels"];
const ADDED = ["text", "spans"] as const;
/** Rows by which such a table is known. */
const LOOKED_AT = 10;

type Values = Readonly<Record<string, unknown>>;

/** Looks at rows as they are read, and tells which columns hold tokens and their tags. */
export class TokenColumns {
  readonly #wanted: ReadonlySet<string>;
  readonly #seen = new Map<string, { tokens: string; tags: string; rows: number; tagged: number }>();

  /** @param wanted Columns that a recipe names: they stay as they are. */
  constructor(wanted: readonly string[] = []) {
    this.#wanted = new Set(wanted);
  }

  look(row: Values): void {
    const [tokens, tags] = [TOKENS, TAGS].map((names) =>
      names.find((name) => Array.isArray(row[name]) && row[name].length > 0 && !this.#wanted.has(name)),
    );
    if (tokens === undefined || tags === undefined) return;
    const key = `${tokens} ${tags}`;
    const seen = this.#seen.get(key) ?? { tokens, tags, rows: 0, tagged: 0 };
    this.#seen.set(key, seen);
    if (seen.rows === LOOKED_AT) return;
    seen.rows++;
    if (areTagged(row[tokens] as readonly unknown[], row[tags] as readonly unknown[])) seen.tagged++;
  }

  /** Undefined where most of the first rows have no tag for each token: labels of a text are no tags. */
  get found(): { readonly tokens: string; readonly tags: string } | undefined {
    return [...this.#seen.values()].find(({ rows, tagged }) => 2 * tagged >= rows);
  }
}

/** Looks at the first rows of a table whose lists are known by their kind. */
export async function tokenColumnsOf(
  table: Table,
  wanted: readonly string[] | undefined,
): Promise<TokenColumns["found"]> {
  const columns = new TokenColumns(wanted);
  let looked = 0;
  for await (const { cells, kinds } of table.rows) {
    if (looked++ === LOOKED_AT || kinds?.includes("list") !== true) break;
    const lists = table.columns.flatMap((column, at) =>
      kinds[at] === "list" && cells[at] !== undefined ? [[column, JSON.parse(cells[at]) as unknown] as const] : [],
    );
    columns.look(Object.fromEntries(lists));
  }
  return columns.found;
}

/** Numbers stand for names of tags that the file does not have, which is said when they are read. */
function areTagged(tokens: readonly unknown[], tags: readonly unknown[]): boolean {
  const isTag = (tag: unknown) => typeof tag === "number" || (typeof tag === "string" && TAG.test(tag));
  return tokens.length === tags.length && tags.every(isTag);
}

/**
 * A table whose rows have a list of tokens and one of their tags, as data sets of tagged tokens are published, as one with a text and its
 * spans; other tables as they are. Tags are read as in files of one token per line.
 *
 * While it is read: `DATA_ROW_MALFORMED`, `DATA_TAG_UNKNOWN` with file and line.
 */
export function withSpansOfTokens(table: Table, found: TokenColumns["found"]): Table {
  const { name, columns } = table;
  if (found === undefined || ADDED.some((column) => columns.includes(column))) return table;
  const [tokens, tags] = [columns.indexOf(found.tokens), columns.indexOf(found.tags)];
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
