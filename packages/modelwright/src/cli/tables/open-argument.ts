import { openTable, type Table } from "@modelwright/data";
import { inTermsOfArguments } from "./in-terms-of-arguments.ts";

/**
 * Opens a file that the command line names as a table; messages call it as it is written there.
 *
 * @param options.wanted Columns that the table should have.
 * @param options.encoding Default: told from the bytes.
 * @throws {ModelwrightError} `CLI_FILE_NOT_FOUND`, `CLI_FORMAT_UNKNOWN`, and `DATA_…` for what is in it.
 */
export function openArgument(
  path: string,
  options: { readonly wanted: readonly string[]; readonly encoding?: string | undefined },
): Promise<Table> {
  return openTable(path, { baseDir: process.cwd(), name: path, ...options }).catch((error: unknown) => {
    throw inTermsOfArguments(error, path);
  });
}
