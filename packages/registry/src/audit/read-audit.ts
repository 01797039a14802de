import type { Selectable } from "kysely";
import { z } from "zod";
import { jsonColumn } from "../records/json-column.ts";
import { type Reading, unreadable } from "../records/unreadable-record.ts";
import { ACTOR_KINDS } from "./actor.ts";
import { AUDIT_ACTIONS, type AuditRecord } from "./audit-store.ts";
import type { AuditTables } from "./audit-tables.ts";

const details = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string()), z.null()]));

const row = z
  .object({
    ordinal: z.coerce.number().int().positive(),
    at: z.iso.datetime(),
    actor_kind: z.enum(ACTOR_KINDS),
    actor: z.string().nullable(),
    actor_key: z.string().nullable(),
    origin: z.string(),
    action: z.enum(AUDIT_ACTIONS),
    model: z.string().nullable(),
    target: z.string(),
    details_json: jsonColumn(details, JSON.parse),
    outcome: z.string(),
  })
  .transform(
    (found): AuditRecord => ({
      ordinal: found.ordinal,
      at: found.at,
      by: {
        kind: found.actor_kind,
        ...(found.actor !== null && { name: found.actor }),
        ...(found.actor_key !== null && { key: found.actor_key }),
        from: found.origin,
      },
      action: found.action,
      ...(found.model !== null && { model: found.model }),
      target: found.target,
      details: found.details_json,
      outcome: found.outcome,
    }),
  );

export function readAudit(stored: Selectable<AuditTables["audit"]>): Reading<AuditRecord> {
  const result = row.safeParse(stored);
  return result.success ? { read: result.data } : unreadable(`audit ${stored.ordinal}`, result.error);
}
