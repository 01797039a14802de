import type { Selectable } from "kysely";
import { z } from "zod";
import { jsonColumn } from "../records/json-column.ts";
import type { JsonValue } from "../records/record.ts";
import { type Reading, unreadable } from "../records/unreadable-record.ts";
import type { AlertRecord } from "./alert-store.ts";
import type { AlertTables } from "./alert-tables.ts";

const row = z
  .object({
    id: z.string(),
    watched: z.string(),
    model: z.string(),
    version: z.coerce.number().int().positive(),
    check_name: z.string(),
    text: z.string(),
    evidence_json: jsonColumn(z.unknown(), JSON.parse),
    opened_at: z.iso.datetime(),
    seen_at: z.iso.datetime(),
    closed_at: z.iso.datetime().nullable(),
    told_json: jsonColumn(z.array(z.string())),
    told_closed_json: jsonColumn(z.array(z.string())),
  })
  .transform(
    (found): AlertRecord => ({
      id: found.id,
      watched: found.watched,
      model: found.model,
      version: found.version,
      check: found.check_name,
      text: found.text,
      evidence: found.evidence_json as JsonValue,
      openedAt: found.opened_at,
      seenAt: found.seen_at,
      ...(found.closed_at !== null && { closedAt: found.closed_at }),
      told: found.told_json,
      toldClosed: found.told_closed_json,
    }),
  );

export function readAlert(stored: Selectable<AlertTables["alerts"]>): Reading<AlertRecord> {
  const result = row.safeParse(stored);
  return result.success ? { read: result.data } : unreadable(`alert ${stored.id}`, result.error);
}
