import { errorDefinitions, ModelwrightError } from "@modelwright/contracts";
import { type DuckDb, openDuckDb, quotedName } from "../duckdb/open-duckdb.ts";
import { ColumnCells } from "../frames/column-cells.ts";
import type { Column, ColumnKind } from "../frames/frame.ts";
import type { Table } from "../tables/table.ts";
import { readAs } from "./column-rules.ts";
import { watchedRows } from "./watched-rows.ts";
import type { OnBreach } from "./with-schema.ts";

/** Breaches that are named. */
const NAMED = 5;
/** What begins a query, which finds something; anything else is a condition, which a row keeps. */
const QUERY = /^(?:select|with|from)\b/i;
/** A query of all columns, not only a count of rows. */
const ALL_COLUMNS = /^from\b|(?<!count\s*\(\s*)\*(?!\s*\d)|\bcolumns\s*\(/i;
/** What DuckDB can tell before there are rows; what else it refuses may come from types, which are told from the values. */
const KNOWN_BEFORE =
  /^(?:Failed to extract statements: )?(?:Parser Error|Catalog Error|Binder Error: Referenced column)/;

/**
 * A table whose rows are held to rules in SQL, when all have been read. A rule is a condition that no row breaks, where one that
 * cannot be told, since a value is missing, counts as kept; or a query of the table `rows` that finds nothing.
 *
 * Numbers and dates are read as training reads them, other columns are texts; a value that its column cannot hold is missing. The
 * columns that rules name are held in memory, each different value once. DuckDB is asked, which reaches no file.
 *
 * @throws {ModelwrightError} `PEER_MISSING`, `DATA_RULE_INVALID`; behind the last row `DATA_RULES_BROKEN`, and `DATA_RULE_INVALID`
 *   where a rule does not suit the values.
 */
export async function withRules(
  table: Table,
  rules: readonly string[],
  {
    kinds = {},
    onBreach,
  }: {
    /** What columns are taken as. Default: told from their values. */
    readonly kinds?: Readonly<Record<string, ColumnKind>>;
    readonly onBreach: OnBreach;
  },
): Promise<Table> {
  const named = namedColumns(table, rules);
  await askOfNoRows(table, { rules, named });
  return watchedRows(table, () => {
    const read = named.map((name) => ({ place: table.columns.indexOf(name), cells: new ColumnCells(name) }));
    return {
      add: (row) => {
        for (const { place, cells } of read) cells.add(row, place);
      },
      end: async (at) => {
        const columns = read.map(({ cells }) => cells);
        tell(table, await breachesOf(table, { rules, columns, kinds, at }), onBreach);
      },
    };
  });
}

/** Columns that rules may speak of; one at least, so that rows can be counted. */
function namedColumns({ name, columns }: Table, rules: readonly string[]): readonly string[] {
  const named = columns.filter((column) => rules.some((rule) => speaksOf(rule, column)));
  const lower = named.map((column) => column.toLowerCase());
  const twin = named.find((_, i) => lower.indexOf(lower[i]!) !== i);
  if (twin === undefined) return named.length > 0 ? named : columns.slice(0, 1);
  const rule = rules.find((each) => speaksOf(each, twin))!;
  const problem = `SQL does not tell upper from lower case, and several columns are called "${twin}" but for it`;
  throw new ModelwrightError("DATA_RULE_INVALID", { file: name, rule, problem });
}

/** Whether a column's name stands in a rule, as a word of its own. */
function speaksOf(rule: string, column: string): boolean {
  if (QUERY.test(rule) && ALL_COLUMNS.test(rule)) return true;
  const name = column.replaceAll('"', '""').replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}_])${name}(?![\\p{L}\\p{N}_])`, "iu").test(rule);
}

/** The rows with their numbers, which queries do not see: they read a view of them. */
const NUMBERED = "numbered";

/** A name for the column of row numbers that no other column has. */
function placeColumn({ columns }: Table): string {
  let name = "modelwright_row";
  while (columns.some((column) => column.toLowerCase() === name)) name = `_${name}`;
  return quotedName(name);
}

/** A query of what breaks a rule: the numbers of rows, or what a query finds. A comment may end the rule. */
function breaking(rule: string, place: string): string {
  return QUERY.test(rule)
    ? `SELECT to_json(found)::VARCHAR FROM (${rule}\n) AS found`
    : `SELECT ${place} FROM (SELECT ${place}, (${rule}\n) AS kept FROM ${NUMBERED} AS rows) WHERE NOT kept ORDER BY 1`;
}

/** Makes the table of numbered rows, and the view of it that rules know. */
async function makeRows(database: DuckDb, query: string, place: string): Promise<void> {
  await database.run(`CREATE TABLE ${NUMBERED} AS ${query}`);
  await database.run(`CREATE VIEW rows AS SELECT * EXCLUDE (${place}) FROM ${NUMBERED}`);
}

/** Refuses what is no SQL, and names that the table has not, before rows are read. */
async function askOfNoRows(
  table: Table,
  { rules, named }: { readonly rules: readonly string[]; readonly named: readonly string[] },
): Promise<void> {
  const place = placeColumn(table);
  const none = named.map((name) => `NULL::VARCHAR AS ${quotedName(name)}`).join(", ");
  await withDatabase(async (database) => {
    await makeRows(database, `SELECT ${none}, 0 AS ${place} WHERE false`, place);
    for (const rule of rules) {
      await database.columns(breaking(rule, place)).catch((error: Error) => {
        if (KNOWN_BEFORE.test(error.message)) throw invalid(table, rule, { error });
      });
    }
  });
}

interface Breaches {
  readonly count: number;
  /** The first of each rule, and then others. */
  readonly named: readonly { readonly where: string; readonly rule: string; readonly got: string }[];
}

async function breachesOf(
  table: Table,
  options: {
    readonly rules: readonly string[];
    readonly columns: readonly ColumnCells[];
    readonly kinds: Readonly<Record<string, ColumnKind>>;
    readonly at: (row: number) => string;
  },
): Promise<Breaches> {
  const { rules, columns, kinds, at } = options;
  const read = columns.map((cells) => ({ cells, column: readAs(cells, { type: kinds[cells.name] }).column }));
  const place = placeColumn(table);
  let count = 0;
  const first: Breaches["named"][number][] = [];
  const others: Breaches["named"][number][] = [];
  await withDatabase(async (database) => {
    await fill(database, read, place);
    for (const rule of rules) {
      const before = count;
      const spoken = columns.filter(({ name }) => speaksOf(rule, name));
      const add = (found: unknown) => {
        const list = count++ === before ? first : others;
        if (list.length >= NAMED) return;
        const row = typeof found === "number" ? { where: at(found), got: rowInWords(spoken, found) } : undefined;
        list.push({ rule, ...(row ?? { where: table.name, got: String(found) }) });
      };
      try {
        for await (const batch of database.rows(breaking(rule, place))) for (const [found] of batch) add(found);
      } catch (error) {
        const known = read.filter(({ column: { name } }) => speaksOf(rule, name));
        const kindsRead = known.map(({ column: { name, kind } }) => `"${name}" is read as a ${kind}`);
        throw invalid(table, rule, { error: error as Error, remark: kindsRead.join(", ") });
      }
    }
  });
  return { count, named: [...first, ...others].slice(0, NAMED) };
}

/** The values of a row as they are written, as JSON. */
function rowInWords(columns: readonly ColumnCells[], row: number): string {
  const values = columns.map(({ name, values, codes }) => [name, values[codes[row]!]?.text ?? null]);
  return JSON.stringify(Object.fromEntries(values));
}

/** How a kind lies in DuckDB, as it is handed over and as rules see it. */
const TYPES: Readonly<Record<ColumnKind, { readonly type: string; readonly seen: (value: string) => string }>> = {
  number: { type: "DOUBLE", seen: (value) => value },
  date: { type: "DOUBLE", seen: (value) => `make_timestamp((${value} * 1000)::BIGINT)` },
  category: { type: "VARCHAR", seen: (value) => value },
  text: { type: "VARCHAR", seen: (value) => value },
};

/** Hands the rows over, numbers and dates as such. */
async function fill(
  database: DuckDb,
  read: readonly { readonly cells: ColumnCells; readonly column: Column }[],
  place: string,
): Promise<void> {
  const types = read.map(({ column }, i) => `c${i} ${TYPES[column.kind].type}`);
  await database.run(`CREATE TABLE handed (${types.join(", ")})`);
  const rows = read[0]!.cells.codes.length;
  function* handed() {
    for (let row = 0; row < rows; row++) {
      yield read.map(({ cells, column }) => {
        if (column.kind !== "number" && column.kind !== "date") return cells.values[cells.codes[row]!]?.text ?? null;
        const value = column.values[row]!;
        return Number.isNaN(value) ? null : value;
      });
    }
  }
  await database.append("handed", handed());
  const seen = read.map(({ column: { kind, name } }, i) => `${TYPES[kind].seen(`c${i}`)} AS ${quotedName(name)}`);
  await makeRows(database, `SELECT ${seen.join(", ")}, rowid::INTEGER AS ${place} FROM handed ORDER BY rowid`, place);
  await database.run("DROP TABLE handed");
}

async function withDatabase<T>(use: (database: DuckDb) => Promise<T>): Promise<T> {
  const database = await openDuckDb({ purpose: "data.rules" });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

function invalid(
  { name, columns }: Table,
  rule: string,
  { error, remark = "" }: { readonly error: Error; readonly remark?: string },
): ModelwrightError {
  // Behind the first line DuckDB shows the query that we made of the rule, and candidates among the columns that lie there.
  const [line = ""] = error.message.replace(/^Failed to extract statements: /, "").split("\n");
  const isColumn = line.startsWith("Binder Error: Referenced column");
  const problem = isColumn
    ? `${line.replace(/^.*?(".*") not found.*$/, "no column $1")}; the table has ${columns.map((each) => JSON.stringify(each)).join(", ")}`
    : `${line}${remark === "" ? "" : `; ${remark}`}`;
  return new ModelwrightError("DATA_RULE_INVALID", { file: name, rule, problem }, { cause: error });
}

function tell({ name, warnings }: Table, { count, named }: Breaches, onBreach: OnBreach): void {
  if (count === 0) return;
  const details = { file: name, count, breaches: named };
  if (onBreach === "refuse") throw new ModelwrightError("DATA_RULES_BROKEN", details);
  warnings.add(errorDefinitions.DATA_RULES_BROKEN.message(details as never));
}
