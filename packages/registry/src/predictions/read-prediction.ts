import type { Selectable } from "kysely";
import { z } from "zod";
import { jsonColumn } from "../records/json-column.ts";
import type { JsonValue } from "../records/record.ts";
import { type Reading, unreadable } from "../records/unreadable-record.ts";
import { ARMS, type PredictionRecord } from "./prediction-store.ts";
import type { PredictionTables } from "./prediction-tables.ts";

/** As clients sent it, so also with keys that `fromJson` would take for its own. */
const payload = jsonColumn(z.unknown(), JSON.parse);

const row = z
  .object({
    id: z.string(),
    model: z.string(),
    version: z.coerce.number().int().positive(),
    arm: z.enum(ARMS),
    at: z.iso.datetime(),
    latency_ms: z.number().nonnegative(),
    subject: z.string().nullable(),
    client: z.string().nullable(),
    item_json: payload.nullable(),
    answer_json: payload.nullable(),
    error: z.string().nullable(),
  })
  .transform(
    (found): PredictionRecord => ({
      id: found.id,
      model: found.model,
      version: found.version,
      arm: found.arm,
      at: found.at,
      latencyMs: found.latency_ms,
      ...(found.subject !== null && { subject: found.subject }),
      ...(found.client !== null && { client: found.client }),
      ...(found.item_json !== null && { item: found.item_json as JsonValue }),
      ...(found.answer_json !== null && { answer: found.answer_json as JsonValue }),
      ...(found.error !== null && { error: found.error }),
    }),
  );

export function readPrediction(stored: Selectable<PredictionTables["predictions"]>): Reading<PredictionRecord> {
  const result = row.safeParse(stored);
  return result.success ? { read: result.data } : unreadable(`prediction ${stored.id}`, result.error);
}
