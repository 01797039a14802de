import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import { SqliteDatabase } from "../sqlite/sqlite-database.ts";

test("a key with a role of another Modelwright, or a damaged one, lets nobody in, and is told", async () => {
  const directory = await mkdtemp(join(tmpdir(), "registry-"));
  const registry = await openRegistry(directory);
  const ids: string[] = [];
  for (const name of ["a", "b", "c"]) {
    ids.push((await registry.stores.keys.create({ name, roles: ["read"] })).record.id);
  }
  const database = await SqliteDatabase.open(join(directory, "registry.db"));
  await database.write(async (transaction) => {
    const damage = [{ roles_json: '["read","deploy"]' }, { expires_at: "soon" }];
    for (const [index, change] of damage.entries()) {
      await transaction.updateTable("access_keys").set(change).where("id", "=", ids[index]!).execute();
    }
  });
  await database.close();
  const { isEmpty, keys } = await registry.stores.keys.ring();
  expect([isEmpty, [...keys.keys()]]).toEqual([false, [ids[2]]]);
  const told = (await registry.unreadable()).map(({ record, field }) => `${record}: ${field}`);
  expect(told.sort()).toEqual([`key ${ids[0]}: roles_json.1`, `key ${ids[1]}: expires_at`].sort());
  await registry.close();
  await rm(directory, { recursive: true });
});
