import type { AnnotationRole } from "../annotations/annotation.ts";
import { ReportBuilder } from "../report-builder.ts";
import type { RoleColumns } from "../roles/role-columns.ts";
import { annotatedTable, neededRoles, type RowAnnotation } from "./annotated-table.ts";
import { type KnownColumn, readColumnsAs } from "./read-columns.ts";
import type { TableRows } from "./table-rows.ts";
import { readWholeTable } from "./whole-table.ts";

/** Rows of a table on which a model that exists can be evaluated. */
export interface EvaluationTable<R extends AnnotationRole> {
  readonly split: TableRows<R>;
  /** Rows left out, by reason. */
  readonly skipped: { rows: number; reason: string }[];
  readonly warnings: readonly string[];
}

/**
 * Reads every row of a table that has what is predicted, its columns as in training.
 *
 * @param source A file, relative to the working folder or absolute, or any other source.
 * @param options.read The columns that the model reads, as it reads them.
 * @throws {ModelwrightError} with a `DATA_…` code, naming the file.
 */
export async function readEvaluationTable<R extends AnnotationRole>(
  source: string,
  options: {
    readonly annotation: RowAnnotation<R>;
    readonly read: readonly KnownColumn[];
    readonly columns: RoleColumns;
    readonly trained: RoleColumns;
    readonly encoding?: string | undefined;
  },
): Promise<EvaluationTable<R>> {
  const { annotation, read, columns, trained, encoding } = options;
  const report = new ReportBuilder();
  const whole = await readWholeTable(source, {
    required: neededRoles(annotation, columns),
    optional: [annotation.role],
    columns,
    trained,
    baseDir: ".",
    encoding,
  });
  const { dropped, rows, whole: kept } = await annotatedTable<R>(whole, { annotation, missing: "drop" });
  const frame = await readColumnsAs(read, kept, report);
  return {
    split: { rows, frame },
    skipped: dropped.length === 0 ? [] : [{ rows: dropped.length, reason: `no ${annotation.role}` }],
    warnings: [...whole.table.warnings, ...report.build("").warnings],
  };
}
