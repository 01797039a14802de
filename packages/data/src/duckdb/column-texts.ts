import type { CellKind } from "../tables/table.ts";
import { type DuckDbColumn, quotedName } from "./open-duckdb.ts";

/** How the values of a type become the text of cells. */
interface TypeText {
  /** Of types as SQL writes them. */
  readonly types: RegExp;
  /** @param column Its name, quoted. */
  readonly sql: (column: string) => string;
  /** Default: a text. */
  readonly kind?: CellKind;
}

const asText = (column: string) => `CAST(${column} AS VARCHAR)`;
const asJson = (column: string) => `CAST(to_json(${column}) AS VARCHAR)`;

/** By what a type looks like, the first that fits; anything else is written as DuckDB writes it. */
const TYPE_TEXTS: readonly TypeText[] = [
  { types: /\]$/, sql: asJson, kind: "list" },
  { types: /^(?:STRUCT|MAP|UNION|JSON|VARIANT)/, sql: asJson, kind: "object" },
  {
    types: /^U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$|^(?:FLOAT|DOUBLE|BIGNUM|DECIMAL)/,
    sql: asText,
    kind: "number",
  },
  { types: /^BOOLEAN$/, sql: asText, kind: "boolean" },
  // ISO 8601, which every reader of dates knows.
  {
    types: /^TIMESTAMP WITH TIME ZONE$/,
    sql: (column) => `regexp_replace(${asText(column)}, '^(\\S+) (.*)\\+00$', '\\1T\\2Z')`,
  },
  { types: /^TIMESTAMP/, sql: (column) => `replace(${asText(column)}, ' ', 'T')` },
  { types: /^BLOB$/, sql: (column) => `base64(${column})` },
];

/** A column of a query as cells. */
export interface ColumnText {
  /** What gives its text, or null. */
  readonly sql: string;
  readonly kind: CellKind | undefined;
}

/**
 * How a column becomes text cells: numbers and booleans as they are spelt, dates and times in ISO 8601, those with a
 * time zone in UTC, bytes in base64, lists and structures as JSON.
 */
export function columnText({ name, type }: DuckDbColumn): ColumnText {
  const found = TYPE_TEXTS.find(({ types }) => types.test(type));
  const column = quotedName(name);
  return { sql: (found?.sql ?? asText)(column), kind: found?.kind };
}
