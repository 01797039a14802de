import { openTable, type Table } from "@modelwright/data";
import { inTermsOfArguments } from "./in-terms-of-arguments.ts";

/**
 * Opens a file that the command line names as a table; messages call it as it is written there.
 *
 * @param wanted Columns that the table should have.
 * @throws {ModelwrightError} `CLI_FILE_NOT_FOUND`, `CLI_FORMAT_UNKNOWN`, and `DATA_…` for what is in it.
 */
export function openArgument(path: string, wanted: readonly string[]): Promise<Table> {
  return openTable(path, { baseDir: process.cwd(), name: path, wanted }).catch((error: unknown) => {
    throw inTermsOfArguments(error, path);
  });
}
