import { type ErrorCode, ModelwrightError } from "@modelwright/contracts";
import { withoutSecrets } from "@modelwright/data";

/** Where a role's column is named on the command line. Default: `--text` for the text, and so on. */
export type RoleOptions = Readonly<Record<string, string>>;

/** What reads tables names keys of a recipe; here the reader gave a file and options. */
export function inTermsOfArguments(error: unknown, source: string, options: RoleOptions = {}): unknown {
  if (!(error instanceof ModelwrightError)) return error;
  const path = withoutSecrets(source);
  if (isError(error, "DATA_COLUMN_MISSING")) {
    const { column, role, available } = error.details;
    return new ModelwrightError("CLI_COLUMN_MISSING", {
      path,
      column,
      option: options[role] ?? `--${role}`,
      available,
    });
  }
  if (isError(error, "DATA_SOURCE_NOT_FOUND") && !error.details.source.includes("://")) {
    return new ModelwrightError("CLI_FILE_NOT_FOUND", { path, problem: "no such file, or it cannot be read" });
  }
  if (isError(error, "DATA_SOURCE_NOT_FILE")) {
    return new ModelwrightError("CLI_FILE_NOT_FOUND", { path, problem: `is ${error.details.found}, not a file` });
  }
  if (isError(error, "DATA_FORMAT_UNKNOWN")) {
    const { extension, known } = error.details;
    return new ModelwrightError("CLI_FORMAT_UNKNOWN", { path, extension, known });
  }
  return error;
}

function isError<C extends ErrorCode>(error: ModelwrightError, code: C): error is ModelwrightError<C> {
  return error.code === code;
}
