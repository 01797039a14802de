import { ModelwrightError } from "@modelwright/contracts";
import type { Kysely, Selectable } from "kysely";
import { checkName } from "../names/name-rules.ts";
import type { JsonValue } from "../records/record.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import type { Tables } from "../records/tables.ts";
import type { Lease, LeaseRecord, LeaseStore } from "./lease-store.ts";
import type { LeaseTables } from "./lease-tables.ts";

type Row = Selectable<LeaseTables["leases"]>;

/** The rows of `leases`. */
export class LeaseRecords implements LeaseStore {
  readonly #database: RecordDatabase;

  constructor(database: RecordDatabase) {
    this.#database = database;
  }

  async take(name: string, holder: string, seconds: number): Promise<Lease | undefined> {
    checkName("lease", name);
    checkName("holder", holder);
    if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
      const rule = `a number of seconds above 0, at most ${MOST_SECONDS}`;
      throw new ModelwrightError("REGISTRY_VALUE_INVALID", {
        where: `lease ${name}, seconds`,
        rule,
        got: String(seconds),
      });
    }
    const row = await this.#database.write(async (transaction) => {
      const now = await this.#now(transaction);
      const found = await transaction.selectFrom("leases").selectAll().where("name", "=", name).executeTakeFirst();
      const held = { holder, seconds, renewed_ms: now };
      if (found === undefined) {
        const first = { name, token: 1, note_json: null, ...held };
        await transaction.insertInto("leases").values(first).execute();
        return first;
      }
      if (isHeld(found, now)) {
        // The clock was put back: what is left of the time cannot be known, so it begins anew.
        if (now < found.renewed_ms) {
          await transaction.updateTable("leases").set({ renewed_ms: now }).where("name", "=", name).execute();
        }
        return undefined;
      }
      const next = { ...held, token: Number(found.token) + 1 };
      await transaction.updateTable("leases").set(next).where("name", "=", name).execute();
      return { ...found, ...next };
    });
    return row && this.#lease(row);
  }

  async list(): Promise<readonly LeaseRecord[]> {
    return this.#database.read(async (database) => {
      const now = await this.#now(database);
      const rows = await database.selectFrom("leases").selectAll().orderBy("name").execute();
      return rows.map((row) => ({
        name: row.name,
        token: Number(row.token),
        ...(isHeld(row, now) && { holder: row.holder! }),
        ...noteOf(row),
      }));
    });
  }

  #lease(row: Row): Lease {
    const { name } = row;
    const token = Number(row.token);
    /** Changes the row while it is this holder's. */
    const change = (set: (now: number) => Partial<LeaseTables["leases"]>) =>
      this.#database.write(async (transaction) => {
        const now = await this.#now(transaction);
        const { numUpdatedRows } = await transaction
          .updateTable("leases")
          .set(set(now))
          .where("name", "=", name)
          .where("token", "=", token)
          .where("holder", "is not", null)
          .executeTakeFirstOrThrow();
        return numUpdatedRows > 0n;
      });
    return {
      name,
      token,
      ...noteOf(row),
      renew: () => change((now) => ({ renewed_ms: now })),
      leave: (note: JsonValue) => change(() => ({ note_json: JSON.stringify(note) })),
      release: async () => void (await change(() => ({ holder: null }))),
    };
  }

  async #now(database: Kysely<Tables>): Promise<number> {
    const { now } = await database.selectNoFrom(this.#database.dialect.clock.as("now")).executeTakeFirstOrThrow();
    return Number(now);
  }
}

/** A year. */
const MOST_SECONDS = 31_536_000;

function isHeld({ holder, renewed_ms, seconds }: Row, now: number): boolean {
  return holder !== null && now < renewed_ms + seconds * 1000;
}

function noteOf({ note_json }: Row): { readonly note?: JsonValue } {
  return note_json === null ? {} : { note: JSON.parse(note_json) as JsonValue };
}
