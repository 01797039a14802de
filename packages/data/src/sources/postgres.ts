import { importPeer, ModelwrightError } from "@modelwright/contracts";
import type { Client, FieldDef, QueryArrayConfig, QueryArrayResult } from "pg";
import type { Cell, CellKind, Table } from "../tables/table.ts";
import { selectionOf, withoutSecrets, withVariables } from "./source-address.ts";
import { type SqlSource, sqlTable } from "./sql-table.ts";
import type { TableOptions } from "./table-options.ts";

const CONNECT_MS = 15_000;
/** Rows that are asked for at once. */
const AT_ONCE = 2000;
const TABLES = `SELECT CASE WHEN schemaname = 'public' THEN tablename ELSE schemaname || '.' || tablename END FROM (
  SELECT schemaname, tablename FROM pg_tables UNION ALL SELECT schemaname, viewname FROM pg_views
) t WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`;

/** Types by their number in every PostgreSQL, and how their text becomes a cell. Others are texts as it spells them. */
const TYPES: Readonly<Record<number, (text: string) => Cell>> = {
  ...Object.fromEntries([20, 21, 23, 26, 700, 701, 1700].map((number) => [number, of("number")])),
  16: (text) => ({ text: text === "t" ? "true" : "false", kind: "boolean" }),
  17: (text) => ({ text: Buffer.from(text.replace(/^\\x/, ""), "hex").toString("base64") }),
  114: jsonCell,
  3802: jsonCell,
  1114: (text) => ({ text: text.replace(" ", "T") }),
  1184: (text) => ({ text: text.replace(" ", "T").replace(/\+00$/, "Z") }),
};

function of(kind: CellKind): (text: string) => Cell {
  return (text) => ({ text, kind });
}

function jsonCell(text: string): Cell {
  return { text, kind: text.trimStart().startsWith("[") ? "list" : "object" };
}

/**
 * Opens a table or the result of a query of a PostgreSQL database, in a transaction that only reads and sees one state
 * of it, some thousand rows at a time.
 *
 * @param place The address without its scheme; `?table=` and `?query=` say what is read, other parameters go to `pg`.
 * @throws {ModelwrightError} `PEER_MISSING`, `DATA_VARIABLE_MISSING`, `DATA_QUERY_MISSING`, `DATA_QUERY_FAILED`; here
 *   and as rows are read `DATA_SOURCE_FAILED`.
 */
export async function openPostgres(place: string, options: TableOptions): Promise<Table> {
  const { address, selection } = selectionOf(`postgres:${place}`, options.query);
  const { default: pg } = await importPeer({
    name: "pg",
    load: () => import("pg"),
    purpose: "Tables of PostgreSQL",
  });
  const connectionString = withVariables(address);
  const connect = () =>
    new pg.Client({
      connectionString,
      connectionTimeoutMillis: CONNECT_MS,
      application_name: "modelwright",
      options: "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601",
      types: { getTypeParser: () => (text: string) => text },
    });
  return sqlTable(postgresSource(withoutSecrets(address), connect), selection);
}

function postgresSource(name: string, connect: () => Client): SqlSource {
  async function* batches(query: string, size: number): AsyncGenerator<QueryArrayResult> {
    const client = connect();
    let row = 0;
    // A connection that ends between two questions tells it here; the next question fails for it.
    client.on("error", () => {});
    try {
      await client.connect();
      await client.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
      await client.query(single(`DECLARE modelwright NO SCROLL CURSOR FOR ${query}`));
      for (;;) {
        const result = await client.query(single(`FETCH ${size} FROM modelwright`));
        yield result;
        row += result.rows.length;
        if (result.rows.length < size || size === 0) return;
      }
    } catch (cause) {
      throw failure(name, cause, row);
    } finally {
      await client.end().catch(() => {});
    }
  }
  async function* rows(query: string): AsyncGenerator<readonly (Cell | undefined)[]> {
    for await (const { rows: found, fields } of batches(query, AT_ONCE)) {
      for (const row of found) yield row.map((text: unknown, at) => cellOf(text, fields[at]!));
    }
  }
  return {
    name,
    tables: async () => {
      const found: string[] = [];
      for await (const [cell] of rows(TABLES)) found.push(cell!.text);
      return found;
    },
    columns: async (query) => {
      for await (const { fields } of batches(query, 0)) return fields.map((field) => field.name);
      return [];
    },
    rows,
  };
}

/** A statement in the protocol that takes only one: none can end the transaction and go on. */
function single(text: string): QueryArrayConfig {
  return { text, rowMode: "array", queryMode: "extended" } as QueryArrayConfig;
}

function cellOf(text: unknown, { dataTypeID }: FieldDef): Cell | undefined {
  if (typeof text !== "string") return undefined;
  return TYPES[dataTypeID]?.(text) ?? { text };
}

/** Classes of codes for what is wrong with a query: data, transactions that only read, syntax and names. */
const OF_QUERY = /^(?:22|25|42|0A|26)/;

function failure(source: string, cause: unknown, row: number): unknown {
  if (!(cause instanceof Error) || cause instanceof ModelwrightError) return cause;
  const code = "code" in cause ? String(cause.code) : "";
  const problem = cause.message === "" ? code : cause.message;
  if (/^\w{5}$/.test(code) && OF_QUERY.test(code))
    return new ModelwrightError("DATA_QUERY_FAILED", { source, problem }, { cause });
  return new ModelwrightError("DATA_SOURCE_FAILED", { source, problem, ...(row === 0 ? {} : { row }) }, { cause });
}
