import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrate } from "../migrations/migrate.ts";
import { SqliteDatabase } from "../sqlite/sqlite-database.ts";
import { LeaseRecords } from "./lease-records.ts";

let folder: string;
let database: SqliteDatabase;
let store: LeaseRecords;
/** The database's clock, in seconds. */
let now = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "leases-"));
  database = await SqliteDatabase.open(join(folder, "registry.db"));
  await migrate(database);
  now = 1_000_000;
  const dialect = {
    ...database.dialect,
    get clock() {
      return sql<number>`${now * 1000}`;
    },
  };
  store = new LeaseRecords({
    location: database.location,
    dialect,
    isReadOnly: false,
    read: (query) => database.read(query),
    write: (change) => database.write(change),
    keepCopy: (transaction, name) => database.keepCopy(transaction, name),
    close: () => database.close(),
  });
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

test("a lease lasts as long as it says, on the database's clock", async () => {
  const lease = (await store.take("job", "one", 60))!;
  now += 59;
  expect(await store.take("job", "two", 60)).toBeUndefined();
  await lease.renew();
  now += 59;
  expect(await store.take("job", "two", 60)).toBeUndefined();
  now += 1;
  expect(await store.take("job", "two", 60)).toMatchObject({ token: 2 });
});

test("a clock put back a year holds nobody up for longer than the lease's time", async () => {
  await store.take("job", "dead", 60);
  now -= 365 * 86_400;
  expect(await store.take("job", "two", 60)).toBeUndefined();
  now += 61;
  expect(await store.take("job", "two", 60)).toMatchObject({ token: 2 });
});

test("a clock put forward lets another in, and the former holder is told at its next step", async () => {
  const former = (await store.take("job", "one", 60))!;
  now += 365 * 86_400;
  expect(await store.take("job", "two", 60)).toMatchObject({ token: 2 });
  expect([await former.renew(), await former.leave("done")]).toEqual([false, false]);
});

test("the real clock of SQLite is that of the machine", async () => {
  const real = await database.read((kysely) =>
    kysely.selectNoFrom(database.dialect.clock.as("now")).executeTakeFirstOrThrow(),
  );
  expect(Math.abs(Number(real.now) - Date.now())).toBeLessThan(60_000);
});
