import type { OutputCell } from "../tables/write-table.ts";

/** A type of a column in Parquet that cells of texts and JSON come to. */
export type ColumnType = "BOOLEAN" | "BIGINT" | "DOUBLE" | "VARCHAR";

/** What 64 bits hold in any case. */
const WHOLE = /^-?\d{1,18}$/;

/** The type of a cell; undefined for one that has no value. Numbers that a model gave are never whole by chance. */
function typeOf(cell: OutputCell): ColumnType | undefined {
  if (cell === undefined || cell === null) return undefined;
  if (typeof cell === "number") return "DOUBLE";
  if (typeof cell === "string" || cell.kind === "list" || cell.kind === "object") return "VARCHAR";
  if (cell.kind === "null") return undefined;
  if (cell.kind === "boolean") return "BOOLEAN";
  return WHOLE.test(cell.text) ? "BIGINT" : "DOUBLE";
}

/** The type that holds the cells of a column so far and another one. */
export function withCell(type: ColumnType | undefined, cell: OutputCell): ColumnType | undefined {
  const own = typeOf(cell);
  if (own === undefined || own === type) return type;
  if (type === undefined) return own;
  const areNumbers = type !== "VARCHAR" && own !== "VARCHAR" && type !== "BOOLEAN" && own !== "BOOLEAN";
  return areNumbers ? "DOUBLE" : "VARCHAR";
}
