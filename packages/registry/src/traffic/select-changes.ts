import type { Kysely } from "kysely";
import type { Tables } from "../records/tables.ts";
import type { Reading } from "../records/unreadable-record.ts";
import { readChange } from "./read-change.ts";
import type { TrafficChange } from "./traffic-store.ts";

/** Changes of one model, or of all, oldest first. */
export async function selectChanges(database: Kysely<Tables>, model?: string): Promise<Reading<TrafficChange>[]> {
  const rows = await database
    .selectFrom("traffic_changes")
    .selectAll()
    .$if(model !== undefined, (query) => query.where("model", "=", model ?? ""))
    .orderBy("model")
    .orderBy("ordinal")
    .execute();
  return rows.map(readChange);
}

/** The last change of a model. */
export async function selectLast(database: Kysely<Tables>, model: string): Promise<Reading<TrafficChange> | undefined> {
  const row = await database
    .selectFrom("traffic_changes")
    .selectAll()
    .where("model", "=", model)
    .orderBy("ordinal", "desc")
    .executeTakeFirst();
  return row === undefined ? undefined : readChange(row);
}

/** The last change of every model whose traffic is divided. */
export async function selectRunning(database: Kysely<Tables>): Promise<Reading<TrafficChange>[]> {
  const rows = await database
    .selectFrom("traffic_changes as change")
    .selectAll()
    .where("state", "=", "running")
    .where("ordinal", "=", (build) =>
      build
        .selectFrom("traffic_changes as each")
        .select(({ fn }) => fn.max("each.ordinal").as("last"))
        .whereRef("each.model", "=", "change.model"),
    )
    .orderBy("model")
    .execute();
  return rows.map(readChange);
}
