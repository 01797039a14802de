import { ModelwrightError, nearestTo, ROLE_NAMES } from "@modelwright/contracts";
import type { Kysely } from "kysely";
import type { Actor } from "../audit/actor.ts";
import type { AuditRecords } from "../audit/audit-records.ts";
import type { AuditEntry } from "../audit/audit-store.ts";
import { checkName } from "../names/name-rules.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import type { Tables } from "../records/tables.ts";
import {
  type Reading,
  readable,
  requireReadable,
  type UnreadableRecord,
  unreadableOf,
} from "../records/unreadable-record.ts";
import type { KeyRecord, KeyRing, KeyStore, NewKey, StoredKey } from "./key-store.ts";
import { newToken, tokenDigest } from "./key-token.ts";
import { readKey } from "./read-key.ts";

/** The rows of `access_keys`. */
export class KeyRecords implements KeyStore {
  readonly #database: RecordDatabase;
  readonly #audit: AuditRecords;

  constructor(database: RecordDatabase, audit: AuditRecords) {
    this.#database = database;
    this.#audit = audit;
  }

  async create(key: NewKey, by?: Actor): Promise<{ readonly record: KeyRecord; readonly token: string }> {
    checkKey(key);
    const { name, roles, models, perMinute, expiresAt } = key;
    const { id, token } = newToken();
    const record = await this.#database.write(async (transaction) => {
      const taken = await transaction
        .selectFrom("access_keys")
        .select("id")
        .where("name", "=", name)
        .where("revoked_at", "is", null)
        .executeTakeFirst();
      if (taken !== undefined) throw new ModelwrightError("ACCESS_KEY_TAKEN", { name, id: taken.id });
      await transaction
        .insertInto("access_keys")
        .values({
          id,
          name,
          sha256: tokenDigest(token),
          roles_json: JSON.stringify([...new Set(roles)]),
          models_json: models === undefined ? null : JSON.stringify([...new Set(models)]),
          per_minute: perMinute ?? null,
          created_at: new Date().toISOString(),
          expires_at: expiresAt ?? null,
          revoked_at: null,
          used_at: null,
        })
        .execute();
      const made = await getKey(transaction, id);
      await this.#audit.append(transaction, { action: "key.create", ...aboutKey(made) }, by);
      return made;
    });
    return { record, token };
  }

  async list(): Promise<readonly KeyRecord[]> {
    return readable(await this.#database.read(selectKeys)).map(withoutDigest);
  }

  async revoke(key: string): Promise<KeyRecord> {
    return this.#database.write(async (transaction) => {
      const rows = await transaction
        .selectFrom("access_keys")
        .select(["id", "name", "revoked_at"])
        .where((where) => where.or([where("id", "=", key), where("name", "=", key)]))
        .orderBy("created_at", "desc")
        .execute();
      const found = rows.find((row) => row.id === key) ?? rows.find((row) => row.revoked_at === null) ?? rows[0];
      if (found === undefined) return refuseKey(transaction, key);
      const { numUpdatedRows } = await transaction
        .updateTable("access_keys")
        .set({ revoked_at: new Date().toISOString() })
        .where("id", "=", found.id)
        .where("revoked_at", "is", null)
        .executeTakeFirstOrThrow();
      const revoked = await getKey(transaction, found.id);
      if (numUpdatedRows > 0n) await this.#audit.append(transaction, { action: "key.revoke", ...aboutKey(revoked) });
      return revoked;
    });
  }

  async ring(): Promise<KeyRing> {
    const rows = await this.#database.read(selectKeys);
    return { isEmpty: rows.length === 0, keys: new Map(readable(rows).map((key) => [key.id, key])) };
  }

  async noteUse(ids: readonly string[]): Promise<void> {
    if (ids.length === 0 || this.#database.isReadOnly) return;
    const now = new Date();
    now.setUTCMinutes(0, 0, 0);
    const hour = now.toISOString();
    const stale = await this.#database.read((database) =>
      database
        .selectFrom("access_keys")
        .select("id")
        .where("id", "in", [...ids])
        .where((where) => where.or([where("used_at", "is", null), where("used_at", "<", hour)]))
        .execute(),
    );
    if (stale.length === 0) return;
    await this.#database.write((transaction) =>
      transaction
        .updateTable("access_keys")
        .set({ used_at: hour })
        .where(
          "id",
          "in",
          stale.map(({ id }) => id),
        )
        .execute(),
    );
  }

  async unreadable(): Promise<UnreadableRecord[]> {
    return unreadableOf(await this.#database.read(selectKeys));
  }
}

async function selectKeys(database: Kysely<Tables>): Promise<Reading<StoredKey>[]> {
  const rows = await database.selectFrom("access_keys").selectAll().orderBy("created_at").orderBy("id").execute();
  return rows.map(readKey);
}

async function getKey(database: Kysely<Tables>, id: string): Promise<KeyRecord> {
  const row = await database.selectFrom("access_keys").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  return withoutDigest(requireReadable(readKey(row)));
}

async function refuseKey(database: Kysely<Tables>, key: string): Promise<never> {
  const rows = await database
    .selectFrom("access_keys")
    .select("name")
    .where("revoked_at", "is", null)
    .orderBy("name")
    .execute();
  const known = rows.map(({ name }) => name);
  throw new ModelwrightError("ACCESS_KEY_UNKNOWN", { key: key.slice(0, 100), ...nearestTo(key, known), known });
}

/** What the audit trail says of a key. */
function aboutKey({ id, name, roles, models = [], perMinute, expiresAt }: KeyRecord): Omit<AuditEntry, "action"> {
  const [model, ...others] = models;
  return {
    ...(model !== undefined && others.length === 0 && { model }),
    target: `key ${name}`,
    details: {
      key: id,
      roles,
      ...(models.length > 0 && { models }),
      ...(perMinute !== undefined && { perMinute }),
      ...(expiresAt !== undefined && { expiresAt }),
    },
  };
}

function withoutDigest({ sha256: _, ...record }: StoredKey): KeyRecord {
  return record;
}

/** @throws {ModelwrightError} `REGISTRY_NAME_INVALID`, `REGISTRY_VALUE_INVALID`. */
function checkKey({ name, roles, models, perMinute, expiresAt }: NewKey): void {
  checkName("key", name);
  for (const model of models ?? []) checkName("model", model);
  const rules = [
    [
      "roles",
      roles.length > 0 && roles.every((role) => ROLE_NAMES.includes(role)),
      `some of ${ROLE_NAMES.join(", ")}`,
      roles,
    ],
    ["models", models === undefined || models.length > 0, "at least one name, or left out for all", models],
    [
      "perMinute",
      perMinute === undefined || (Number.isInteger(perMinute) && perMinute >= 1 && perMinute <= MOST_PER_MINUTE),
      `a whole number from 1 to ${MOST_PER_MINUTE}`,
      perMinute,
    ],
    [
      "expiresAt",
      expiresAt === undefined || isFuture(expiresAt),
      "a time in the future, in ISO 8601 and UTC",
      expiresAt,
    ],
  ] as const;
  for (const [where, isKept, rule, value] of rules) {
    if (isKept) continue;
    throw new ModelwrightError("REGISTRY_VALUE_INVALID", { where, rule, got: JSON.stringify(value) });
  }
}

const MOST_PER_MINUTE = 1_000_000_000;

function isFuture(text: string): boolean {
  const time = Date.parse(text);
  return time > Date.now() && new Date(time).toISOString() === text;
}
