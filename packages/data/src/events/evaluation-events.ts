import { dropMissing } from "../cleaning/missing-values.ts";
import { readRows } from "../roles/read-rows.ts";
import { findColumns, type RoleColumns } from "../roles/role-columns.ts";
import { openTable } from "../sources/open-table.ts";
import type { EventRow } from "./event-rows.ts";

/** Events on which a model that exists can be evaluated. */
export interface EvaluationEvents {
  readonly rows: readonly EventRow[];
  /** Rows left out, by reason. */
  readonly skipped: { rows: number; reason: string }[];
  readonly warnings: readonly string[];
}

/**
 * Reads every event of a table.
 *
 * @param source A file, relative to the working folder or absolute, or any other source.
 * @param options.rated Whether the model predicts ratings, which events then have.
 * @throws {ModelwrightError} with a `DATA_…` code, naming the file.
 */
export async function readEvaluationEvents(
  source: string,
  options: {
    readonly rated: boolean;
    readonly columns: RoleColumns;
    readonly trained: RoleColumns;
    readonly encoding?: string | undefined;
  },
): Promise<EvaluationEvents> {
  const { rated, columns, trained, encoding } = options;
  const required: readonly ("user" | "item" | "rating")[] = rated ? ["user", "item", "rating"] : ["user", "item"];
  const own = Object.fromEntries(required.map((role) => [role, trained[role]]));
  const table = await openTable(source, {
    baseDir: ".",
    wanted: Object.values(columns).flatMap((name) => name ?? []),
    encoding,
  });
  const found = await findColumns(table, { required, columns, trained: own });
  const { rows } = await readRows(table, { required, columns: found });
  const complete = dropMissing(rows, { file: table.name, required, columns: found, missing: "drop" });
  const dropped = rows.length - complete.length;
  return {
    rows: complete,
    skipped: dropped === 0 ? [] : [{ rows: dropped, reason: `no ${required.join(" or ")}` }],
    warnings: [...table.warnings],
  };
}
