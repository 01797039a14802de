import { randomUUID } from "node:crypto";
import { checkName } from "../names/name-rules.ts";
import { checkTime } from "../records/check-time.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import { readable } from "../records/unreadable-record.ts";
import type { AlertFilter, AlertFindings, AlertRecord, AlertStore, SettledAlerts } from "./alert-store.ts";
import type { AlertTables } from "./alert-tables.ts";
import { readAlert } from "./read-alert.ts";

type Row = AlertTables["alerts"];

/** The rows of `alerts`. */
export class AlertRecords implements AlertStore {
  readonly #database: RecordDatabase;

  constructor(database: RecordDatabase) {
    this.#database = database;
  }

  async settle({ watched, model, version, found, fine, at }: AlertFindings): Promise<SettledAlerts> {
    checkName("subject", watched);
    checkName("model", model);
    checkTime("at", at);
    for (const { check } of found) checkName("subject", check);
    return this.#database.write(async (transaction) => {
      const open = await transaction
        .selectFrom("alerts")
        .selectAll()
        .where("watched", "=", watched)
        .where("closed_at", "is", null)
        .execute();
      const openOf = new Map(open.map((row) => [row.check_name, row]));
      const settled = { opened: [] as Row[], kept: [] as Row[], closed: [] as Row[] };
      for (const { check, text, evidence } of found) {
        const seen = { model, version, text, evidence_json: JSON.stringify(evidence), seen_at: at };
        const row = openOf.get(check);
        if (row === undefined) {
          const lists = { closed_at: null, told_json: "[]", told_closed_json: "[]" };
          const opened: Row = { id: randomUUID(), watched, check_name: check, ...seen, opened_at: at, ...lists };
          await transaction.insertInto("alerts").values(opened).execute();
          settled.opened.push(opened);
        } else {
          await transaction.updateTable("alerts").set(seen).where("id", "=", row.id).execute();
          settled.kept.push({ ...row, ...seen });
        }
      }
      for (const check of fine) {
        const row = openOf.get(check);
        if (row === undefined) continue;
        await transaction.updateTable("alerts").set({ closed_at: at }).where("id", "=", row.id).execute();
        settled.closed.push({ ...row, closed_at: at });
      }
      return { opened: read(settled.opened), kept: read(settled.kept), closed: read(settled.closed) };
    });
  }

  async noteTold(id: string, event: "opened" | "closed", names: readonly string[]): Promise<void> {
    const column = event === "opened" ? "told_json" : "told_closed_json";
    await this.#database.write(async (transaction) => {
      const row = await transaction.selectFrom("alerts").selectAll().where("id", "=", id).executeTakeFirst();
      if (row === undefined) return;
      const told = [...new Set([...(JSON.parse(row[column]) as string[]), ...names])];
      await transaction
        .updateTable("alerts")
        .set({ [column]: JSON.stringify(told) })
        .where("id", "=", id)
        .execute();
    });
  }

  async list({ watched, state }: AlertFilter = {}): Promise<readonly AlertRecord[]> {
    const rows = await this.#database.read((database) =>
      database
        .selectFrom("alerts")
        .selectAll()
        .$if(watched !== undefined, (query) => query.where("watched", "=", watched!))
        .$if(state === "open", (query) => query.where("closed_at", "is", null))
        .$if(state === "closed", (query) => query.where("closed_at", "is not", null))
        .orderBy("opened_at")
        .orderBy("check_name")
        .orderBy("id")
        .execute(),
    );
    return read(rows);
  }
}

function read(rows: readonly Row[]): AlertRecord[] {
  return readable(rows.map(readAlert));
}
