import type { VersionRecord } from "../records/record.ts";
import type { RecordTable } from "../records/table-keys.ts";
import type { RowFilter } from "./table-rows.ts";

/** A version, and the run that it comes from. */
export type OneVersion = Pick<VersionRecord, "name" | "version" | "runId">;

/**
 * The rows that belong to a version alone, by table; a table that is not named has none.
 *
 * Left out are what its run measured and wrote, the moves of aliases, whose other versions are not there, and keys.
 */
export function rowsOfVersion({ name, version, runId }: OneVersion): { readonly [Table in RecordTable]?: RowFilter } {
  return {
    runs: { id: runId },
    registered_models: { name },
    model_versions: { model: name, version },
    model_aliases: { model: name, version },
  };
}
