import { type ModelManifest, parseManifest } from "@modelwright/contracts";
import type { Selectable } from "kysely";
import { z } from "zod";
import type { Archived } from "../archive/archive-store.ts";
import { jsonColumn } from "./json-column.ts";
import type { Tables } from "./tables.ts";
import { type Reading, unreadable } from "./unreadable-record.ts";

/** A version with what only the registry itself needs of it. */
export interface StoredVersion {
  readonly name: string;
  readonly version: number;
  readonly runId: string;
  readonly manifest: ModelManifest;
  readonly manifestSha256: string;
  readonly createdAt: string;
  readonly aliases: readonly string[];
  readonly archived?: Archived;
}

type VersionRow = Selectable<Tables["model_versions"]>;

const rowSchema = z.object({
  model: z.string(),
  version: z.int().positive(),
  run_id: z.string(),
  manifest_json: jsonColumn(z.unknown()),
  manifest_sha256: z.string(),
  created_at: z.string(),
});

/**
 * Reads a row of `model_versions`; the format of its manifest stands in it.
 * @param known.aliases Those that point at the version.
 * @param known.archived Whether it is put away.
 */
export function readVersion(
  row: VersionRow,
  { aliases, archived }: { readonly aliases: readonly string[]; readonly archived: Archived | undefined },
): Reading<StoredVersion> {
  const record = `version ${row.model}:${row.version}`;
  const result = rowSchema.safeParse(row);
  if (!result.success) return unreadable(record, result.error);
  const { data } = result;
  const parsed = parseManifest(data.manifest_json);
  if (!parsed.success) {
    return { unreadable: { record, field: `manifest_json.${parsed.field}`, problem: parsed.problem } };
  }
  return {
    read: {
      name: data.model,
      version: data.version,
      runId: data.run_id,
      manifest: parsed.document,
      manifestSha256: data.manifest_sha256,
      createdAt: data.created_at,
      aliases,
      ...(archived !== undefined && { archived }),
    },
  };
}
