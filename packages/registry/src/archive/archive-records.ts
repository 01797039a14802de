import { ModelwrightError } from "@modelwright/contracts";
import type { Transaction } from "kysely";
import type { AuditRecords } from "../audit/audit-records.ts";
import type { AuditEntry } from "../audit/audit-store.ts";
import { checkName } from "../names/name-rules.ts";
import { requireModel, requireUnaliased, requireVersion } from "../records/model-records.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import type { Tables } from "../records/tables.ts";
import { requireOutOfTraffic } from "../traffic/require-out-of-traffic.ts";
import type { Archivable, Archived, ArchiveStore } from "./archive-store.ts";
import { insertArchived, nameOf, removeArchived, selectArchived } from "./select-archived.ts";

const LONGEST_REASON = 1000;

/** The rows of `archive`. */
export class ArchiveRecords implements ArchiveStore {
  readonly #database: RecordDatabase;
  readonly #audit: AuditRecords;

  constructor(database: RecordDatabase, audit: AuditRecords) {
    this.#database = database;
    this.#audit = audit;
  }

  async put(what: Archivable, { by, reason }: Pick<Archived, "by" | "reason">): Promise<Archived> {
    checkName("author", by);
    if (reason.trim() === "" || reason.includes("\0") || reason.length > LONGEST_REASON) {
      const rule = `a text of at most ${LONGEST_REASON} characters, not blank and without the character NUL`;
      throw new ModelwrightError("REGISTRY_VALUE_INVALID", { where: "reason", rule, got: JSON.stringify(reason) });
    }
    return this.#database.write(async (transaction) => {
      await requireThere(transaction, what);
      const found = (await selectArchived(transaction, what.model)).own(what);
      if (found !== undefined) return found;
      for (const version of await versionsOf(transaction, what)) {
        await requireUnaliased(transaction, { name: what.model, version }, "archived");
        await requireOutOfTraffic(transaction, { name: what.model, version }, "archived");
      }
      const archived = { at: new Date().toISOString(), by, reason };
      await insertArchived(transaction, what, archived);
      await this.#audit.append(transaction, { ...entry("archive.put", what), details: { reason } });
      return { what: nameOf(what), ...archived };
    });
  }

  takeBack(what: Archivable): Promise<boolean> {
    return this.#database.write(async (transaction) => {
      await requireThere(transaction, what);
      const wasArchived = await removeArchived(transaction, what);
      if (wasArchived) await this.#audit.append(transaction, entry("archive.restore", what));
      return wasArchived;
    });
  }
}

function entry(action: AuditEntry["action"], what: Archivable): AuditEntry {
  return { action, model: what.model, target: nameOf(what) };
}

function requireThere(transaction: Transaction<Tables>, { model: name, version }: Archivable): Promise<void> {
  return version === undefined ? requireModel(transaction, name) : requireVersion(transaction, { name, version });
}

async function versionsOf(transaction: Transaction<Tables>, { model, version }: Archivable): Promise<number[]> {
  if (version !== undefined) return [version];
  const rows = await transaction
    .selectFrom("model_versions")
    .select("version")
    .where("model", "=", model)
    .orderBy("version")
    .execute();
  return rows.map((row) => row.version);
}
