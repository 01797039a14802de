import { ROLE_NAMES } from "@modelwright/contracts";
import type { Selectable } from "kysely";
import { z } from "zod";
import { jsonColumn } from "../records/json-column.ts";
import { type Reading, unreadable } from "../records/unreadable-record.ts";
import type { StoredKey } from "./key-store.ts";
import type { KeyTables } from "./key-tables.ts";

/** A role of a newer Modelwright makes a key unreadable: what it allows is not known, so it allows nothing. */
const row = z
  .object({
    id: z.string(),
    name: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "is no SHA-256"),
    roles_json: jsonColumn(z.array(z.enum(ROLE_NAMES)).min(1)),
    models_json: jsonColumn(z.array(z.string())).nullable(),
    per_minute: z.coerce.number().int().positive().nullable(),
    created_at: z.string(),
    expires_at: z.iso.datetime().nullable(),
    revoked_at: z.string().nullable(),
    used_at: z.string().nullable(),
  })
  .transform(
    (found): StoredKey => ({
      id: found.id,
      name: found.name,
      sha256: found.sha256,
      roles: found.roles_json,
      ...(found.models_json !== null && { models: found.models_json }),
      ...(found.per_minute !== null && { perMinute: found.per_minute }),
      createdAt: found.created_at,
      ...(found.expires_at !== null && { expiresAt: found.expires_at }),
      ...(found.revoked_at !== null && { revokedAt: found.revoked_at }),
      ...(found.used_at !== null && { usedAt: found.used_at }),
    }),
  );

export function readKey(stored: Selectable<KeyTables["access_keys"]>): Reading<StoredKey> {
  const result = row.safeParse(stored);
  return result.success ? { read: result.data } : unreadable(`key ${stored.id}`, result.error);
}
