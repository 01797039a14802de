import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import type { Registry } from "../registry.ts";
import { SqliteDatabase } from "../sqlite/sqlite-database.ts";
import { registerSample, sampleRun } from "../testing/fixtures.ts";

let directory: string;
let registry: Registry;
let database: SqliteDatabase;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "audit-"));
  registry = await openRegistry(directory);
  database = await SqliteDatabase.open(join(directory, "registry.db"));
});
afterEach(async () => {
  await database.close();
  await registry.close();
  await rm(directory, { recursive: true });
});

test("what cannot be written down is not done", async () => {
  const { keys } = registry.stores;
  const { id: runId } = await registry.createRun(sampleRun());
  for (let i = 0; i < 2; i++) await registerSample(registry, { name: "tickets", runId });
  const { id: empty } = await registry.createRun(sampleRun());
  await registry.setAlias("tickets", "champion", 1, "first");
  const { record } = await keys.create({ name: "shop", roles: ["read"] });
  await database.write((transaction) =>
    sql`create trigger full before insert on audit begin select raise(abort, 'no room'); end`.execute(transaction),
  );
  const before = await registry.listModels();
  const changes = [
    () => registry.setAlias("tickets", "champion", 2, "better"),
    () => registry.removeAlias("tickets", "champion", "off"),
    () => registry.deleteVersion("tickets", 2),
    () => registry.deleteRun(empty),
    () => keys.create({ name: "other", roles: ["admin"] }),
    () => keys.revoke("shop"),
  ];
  for (const change of changes) await expect(change()).rejects.toThrow(/no room/);
  expect(await registry.listModels()).toEqual(before);
  await registry.verifyVersion({ name: "tickets", version: 2 });
  expect((await registry.getRun(empty)).id).toBe(empty);
  expect(await keys.list()).toEqual([record]);
});

test("rows that were taken out by hand are missed, and damaged ones told", async () => {
  const { audit } = registry.stores;
  for (let i = 0; i < 4; i++) {
    await audit.note({ action: "model.load", target: `${i}` }, { kind: "anyone", from: "::1" });
  }
  await database.write(async (transaction) => {
    await transaction.deleteFrom("audit").where("ordinal", "=", 2).execute();
    await transaction.updateTable("audit").set({ action: "model.guess" }).where("ordinal", "=", 3).execute();
  });
  const { records, missing, unreadable } = await audit.list();
  expect([records.map(({ ordinal }) => ordinal), missing]).toEqual([[1, 4], 1]);
  expect(unreadable).toMatchObject([{ record: "audit 3", field: "action" }]);
});
