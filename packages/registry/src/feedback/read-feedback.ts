import type { Selectable } from "kysely";
import { z } from "zod";
import { jsonColumn } from "../records/json-column.ts";
import type { JsonValue } from "../records/record.ts";
import { type Reading, unreadable } from "../records/unreadable-record.ts";
import { FEEDBACK_KINDS, FEEDBACK_STATES, type FeedbackRecord } from "./feedback-store.ts";
import type { FeedbackTables } from "./feedback-tables.ts";

const row = z
  .object({
    id: z.string(),
    prediction: z.string(),
    kind: z.enum(FEEDBACK_KINDS),
    value_json: jsonColumn(z.unknown(), JSON.parse),
    given_by: z.string().nullable(),
    at: z.iso.datetime(),
    state: z.enum(FEEDBACK_STATES),
    decided_by: z.string().nullable(),
    decided_at: z.string().nullable(),
  })
  .transform(
    (found): FeedbackRecord => ({
      id: found.id,
      prediction: found.prediction,
      kind: found.kind,
      value: found.value_json as JsonValue,
      ...(found.given_by !== null && { by: found.given_by }),
      at: found.at,
      state: found.state,
      ...(found.decided_by !== null && { decidedBy: found.decided_by }),
      ...(found.decided_at !== null && { decidedAt: found.decided_at }),
    }),
  );

export function readFeedback(stored: Selectable<FeedbackTables["feedback"]>): Reading<FeedbackRecord> {
  const result = row.safeParse(stored);
  return result.success ? { read: result.data } : unreadable(`feedback ${stored.id}`, result.error);
}
