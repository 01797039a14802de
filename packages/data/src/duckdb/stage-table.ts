import { ModelwrightError } from "@modelwright/contracts";
import { wellFormed } from "../frames/well-formed.ts";
import type { Table } from "../tables/table.ts";
import type { DuckDb } from "./open-duckdb.ts";
import type { Relation } from "./relation.ts";

const STAGED = "staged";

/** Reads all rows of a table into DuckDB, which puts on the disk what its memory does not hold. */
export async function stageTable(table: Table, database: DuckDb): Promise<Omit<Relation, "database">> {
  const { name, columns } = table;
  const cells = columns.map((_, i) => `c${i} VARCHAR`).join(", ");
  await database.run(`CREATE TABLE ${STAGED} (${cells}, file VARCHAR, line BIGINT)`);
  const typed = new Set<number>();
  const structured = new Set<number>();
  let count = 0;
  async function* rows(): AsyncGenerator<(string | bigint | null)[]> {
    for await (const { cells, kinds, file, line } of table.rows) {
      count++;
      const row: (string | bigint | null)[] = columns.map((_, i) => {
        const cell = cells[i];
        const kind = kinds?.[i];
        if (cell === undefined || cell === "" || kind === "null") return null;
        if (kind === "number") typed.add(i);
        else if (kind === "list" || kind === "object") structured.add(i);
        return wellFormed(cell);
      });
      row.push(file ?? name, BigInt(line));
      yield row;
    }
  }
  await database.append(STAGED, rows());
  if (count === 0) {
    const problem = "no rows: an empty file, or a header and no rows below it";
    throw new ModelwrightError("DATA_EMPTY", { file: name, problem });
  }
  return {
    name,
    columns,
    from: STAGED,
    table: STAGED,
    typed,
    structured,
    line: "file || ':' || line",
    header: 0,
    warnings: [...table.warnings],
  };
}
