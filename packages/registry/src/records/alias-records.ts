import { ModelwrightError } from "@modelwright/contracts";
import type { Kysely, Selectable, Transaction } from "kysely";
import { z } from "zod";
import { requireInUse, selectArchived } from "../archive/select-archived.ts";
import type { AuditRecords } from "../audit/audit-records.ts";
import { checkName } from "../names/name-rules.ts";
import { aliasTarget, getVersion, hasVersion, requireModel } from "./model-records.ts";
import type { StoredVersion } from "./read-version.ts";
import { ALIAS_MOVES, type AliasMove } from "./record.ts";
import type { RecordDatabase } from "./record-database.ts";
import type { Tables } from "./tables.ts";
import { type Reading, requireReadable, unreadable } from "./unreadable-record.ts";

interface AliasChange extends Pick<AliasMove, "name" | "alias" | "reason"> {
  readonly to: number;
  /** The version that it is to leave, `null` for none. Default: wherever it is. */
  readonly from?: number | null;
}

/** The rows of `model_aliases`, and of `alias_moves`: how each came where it is. */
export class AliasRecords {
  readonly #database: RecordDatabase;
  readonly #audit: AuditRecords;

  constructor(database: RecordDatabase, audit: AuditRecords) {
    this.#database = database;
    this.#audit = audit;
  }

  async set(change: AliasChange): Promise<StoredVersion> {
    checkName("alias", change.alias);
    return this.#database.write((transaction) => setAlias(transaction, change, this.#audit));
  }

  async remove(name: string, alias: string, reason: string): Promise<void> {
    await this.#database.write(async (transaction) => {
      await requireModel(transaction, name);
      await aliasTarget(transaction, name, alias);
      await move(transaction, { name, alias, kind: "remove", to: null, reason }, this.#audit);
    });
  }

  async rollback(name: string, alias: string, reason: string): Promise<StoredVersion> {
    return this.#database.write(async (transaction) => {
      await requireModel(transaction, name);
      const moves = await history(transaction, name, alias);
      if (moves.length === 0) await aliasTarget(transaction, name, alias);
      const [current, ...earlier] = placesHeld(moves).reverse();
      const archive = await selectArchived(transaction, name);
      for (const to of earlier) {
        if (to === null || to === current || archive.version(name, to) !== undefined) continue;
        if (!(await hasVersion(transaction, { name, version: to }))) continue;
        await move(transaction, { name, alias, kind: "rollback", to, reason }, this.#audit);
        return getVersion(transaction, { name, version: to });
      }
      throw new ModelwrightError("REGISTRY_ALIAS_NO_PREVIOUS", { name, alias, current: current ?? null });
    });
  }

  history(name: string, alias: string): Promise<AliasMove[]> {
    return this.#database.read(async (database) => {
      await requireModel(database, name);
      const moves = await history(database, name, alias);
      if (moves.length === 0) await aliasTarget(database, name, alias);
      return moves;
    });
  }
}

/**
 * Points an alias at a version, as a part of a transaction.
 * @throws {ModelwrightError} `REGISTRY_ALIAS_MOVED` where it is not where it was to leave.
 */
export async function setAlias(
  transaction: Transaction<Tables>,
  { name, alias, to: version, from, reason }: AliasChange,
  audit: AuditRecords,
): Promise<StoredVersion> {
  const found = await getVersion(transaction, { name, version });
  if (found.aliases.includes(alias)) return found;
  requireInUse(found.archived);
  const now = from === undefined ? undefined : ((await history(transaction, name, alias)).at(-1)?.to ?? null);
  if (now !== from) {
    throw new ModelwrightError("REGISTRY_ALIAS_MOVED", {
      name,
      alias,
      ...(typeof from === "number" && { from }),
      ...(typeof now === "number" && { now }),
    });
  }
  await move(transaction, { name, alias, kind: "set", to: version, reason }, audit);
  return getVersion(transaction, { name, version });
}

/**
 * The places an alias has held and not been rolled back from, the present one last.
 *
 * A roll-back drops places until the one it went to is on top, so that the next one goes further back instead of
 * returning to what was just left.
 */
function placesHeld(moves: readonly AliasMove[]): (number | null)[] {
  const places: (number | null)[] = [];
  for (const { kind, to } of moves) {
    if (kind !== "rollback") {
      places.push(to);
      continue;
    }
    do places.pop();
    while (places.length > 0 && places.at(-1) !== to);
  }
  return places;
}

async function history(database: Kysely<Tables>, name: string, alias: string): Promise<AliasMove[]> {
  const rows = await database
    .selectFrom("alias_moves")
    .selectAll()
    .where("model", "=", name)
    .where("alias", "=", alias)
    .orderBy("ordinal")
    .execute();
  return rows.map((row) => ({
    name,
    alias,
    kind: requireReadable(readKind(row)),
    from: row.from_version,
    to: row.to_version,
    at: row.at,
    reason: row.reason,
  }));
}

const kindSchema = z.object({ kind: z.enum(ALIAS_MOVES) });

function readKind(row: Selectable<Tables["alias_moves"]>): Reading<AliasMove["kind"]> {
  const result = kindSchema.safeParse(row);
  if (result.success) return { read: result.data.kind };
  return unreadable(`alias ${row.model}@${row.alias}, move ${row.ordinal}`, result.error);
}

/** Moves the alias and records the move, in its history and for who looks for who did it. A text with the character NUL is one that PostgreSQL cannot keep. */
async function move(
  transaction: Transaction<Tables>,
  { name, alias, kind, to, reason }: Omit<AliasMove, "from" | "at">,
  audit: AuditRecords,
): Promise<void> {
  if (reason.includes("\0")) {
    const rule = "a text without the character NUL";
    throw new ModelwrightError("REGISTRY_VALUE_INVALID", { where: "reason", rule, got: JSON.stringify(reason) });
  }
  const moves = await history(transaction, name, alias);
  const from = moves.at(-1)?.to ?? null;
  await transaction.deleteFrom("model_aliases").where("model", "=", name).where("alias", "=", alias).execute();
  if (to !== null) {
    await transaction.insertInto("model_aliases").values({ model: name, alias, version: to }).execute();
  }
  await transaction
    .insertInto("alias_moves")
    .values({
      model: name,
      alias,
      ordinal: moves.length + 1,
      kind,
      from_version: from,
      to_version: to,
      at: new Date().toISOString(),
      reason,
    })
    .execute();
  await audit.append(transaction, {
    action: `alias.${kind}`,
    model: name,
    target: `${name}@${alias}`,
    details: { from, to },
  });
}
