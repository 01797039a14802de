import { ModelwrightError } from "@modelwright/contracts";
import type { TableRow } from "@modelwright/data";

/** Where the rows of a table stand for whoever gave them. */
export interface RowPlaces {
  /** Of the table. */
  readonly name: string;
  /** By the line of their file, by their number, or not at all: what is wrong with a series names it. */
  readonly by: "line" | "number" | "name";
  /** Whether such rows could be kept beside others. */
  readonly canKeep: boolean;
}

/** What is wrong with a row, without where it stands: models count the rows that they are given. */
export function rowProblem({ problem }: ModelwrightError): string {
  return problem.replace(/^row 1:? /, "");
}

/**
 * An error about a row that a model was asked about alone, with the place of that row in its table.
 *
 * @param number Of the row, from 1.
 */
export function placedError(
  error: ModelwrightError,
  row: TableRow,
  { name, by, canKeep, number }: RowPlaces & { readonly number: number },
): ModelwrightError {
  // What was found as the row was read says where it stands.
  if (error.code.startsWith("DATA_")) return error;
  if (by === "number") {
    if (!("row" in error.details)) return error;
    return new ModelwrightError(error.code, { ...(error.details as object), row: number } as never, { cause: error });
  }
  const details = {
    file: row.file ?? name,
    ...(by === "line" ? { line: row.line } : {}),
    problem: rowProblem(error),
    remedy: canKeep
      ? `${error.remedy} Or predict the others, and have this one written with what is wrong: --bad-rows keep.`
      : error.remedy,
  };
  return new ModelwrightError("CLI_ROW_UNFIT", details, { cause: error });
}
