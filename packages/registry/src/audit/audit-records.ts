import type { Transaction } from "kysely";
import { checkName } from "../names/name-rules.ts";
import { checkTime } from "../records/check-time.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import type { Tables } from "../records/tables.ts";
import { readable, unreadableOf } from "../records/unreadable-record.ts";
import { type Actor, localActor } from "./actor.ts";
import type { AuditEntry, AuditFilter, AuditPage, AuditStore } from "./audit-store.ts";
import { readAudit } from "./read-audit.ts";

/** The rows of `audit`. */
export class AuditRecords implements AuditStore {
  readonly #database: RecordDatabase;
  readonly #local = localActor();

  constructor(database: RecordDatabase) {
    this.#database = database;
  }

  /**
   * Writes down what a transaction does, as a part of it.
   * @param by Default: whose process this is.
   */
  async append(transaction: Transaction<Tables>, entry: AuditEntry, by: Actor = this.#local): Promise<void> {
    const { action, model, target, details = {}, outcome = "done" } = entry;
    const { last } = await transaction
      .selectFrom("audit")
      .select(({ fn }) => fn.max("ordinal").as("last"))
      .executeTakeFirstOrThrow();
    await transaction
      .insertInto("audit")
      .values({
        ordinal: Number(last ?? 0) + 1,
        at: new Date().toISOString(),
        actor_kind: by.kind,
        actor: by.name ?? null,
        actor_key: by.key ?? null,
        origin: by.from,
        action,
        model: model ?? null,
        target,
        details_json: JSON.stringify(details),
        outcome,
      })
      .execute();
  }

  async note(entry: AuditEntry, by: Actor): Promise<void> {
    await this.#database.write((transaction) => this.append(transaction, entry, by));
  }

  async list({ model, since, limit }: AuditFilter = {}): Promise<AuditPage> {
    if (model !== undefined) checkName("model", model);
    if (since !== undefined) checkTime("since", since);
    return this.#database.read(async (database) => {
      const wanted = database
        .selectFrom("audit")
        .$if(model !== undefined, (query) => query.where("model", "=", model!))
        .$if(since !== undefined, (query) => query.where("at", ">=", since!));
      const rows = await wanted
        .selectAll()
        .orderBy("ordinal", "desc")
        .$if(limit !== undefined, (query) => query.limit(limit!))
        .execute();
      const { found } = await wanted.select(({ fn }) => fn.countAll().as("found")).executeTakeFirstOrThrow();
      const { all, last } = await database
        .selectFrom("audit")
        .select(({ fn }) => [fn.countAll().as("all"), fn.max("ordinal").as("last")])
        .executeTakeFirstOrThrow();
      const readings = rows.reverse().map(readAudit);
      return {
        records: readable(readings),
        unreadable: unreadableOf(readings),
        earlier: Number(found) - rows.length,
        missing: Number(last ?? 0) - Number(all),
      };
    });
  }
}
