import { choices, defineError } from "./error-definition.ts";

export const dataErrors = {
  DATA_SOURCE_NOT_FOUND: defineError<{ source: string; looked: string }>({
    status: 404,
    meaning: "The data source does not exist or cannot be read.",
    message: (d) => `data.source "${d.source}": nothing found at ${d.looked}`,
    remedy: "Give a path relative to the recipe file, an absolute path, or npm:<package>.",
  }),
  DATA_COLUMN_MISSING: defineError<{ file: string; column: string; role: string; available: readonly string[] }>({
    status: 400,
    meaning: "A column that the recipe names is not in the file.",
    message: (d) => `${d.file}: no column "${d.column}" for ${d.role}; the file has ${choices(d.available)}`,
    remedy: (d) => `Set data.columns.${d.role} to one of the file's columns.`,
  }),
};
