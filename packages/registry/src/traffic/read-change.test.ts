import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import { SqliteDatabase } from "../sqlite/sqlite-database.ts";
import { registerSample, sampleRun } from "../testing/fixtures.ts";

test("a policy of a newer Modelwright divides nothing, is told, and holds nothing up", async () => {
  const directory = await mkdtemp(join(tmpdir(), "registry-"));
  const registry = await openRegistry(directory);
  const { id: runId } = await registry.createRun(sampleRun());
  for (let version = 1; version <= 2; version++) await registerSample(registry, { name: "mail", runId });
  await registry.setAlias("mail", "champion", 1, "first");
  const rules = {
    goal: "better",
    alpha: 0.05,
    leastRequests: 500,
    errorMargin: 0.01,
    latencyRatio: 1.5,
    qualityMargin: 0.02,
    needsQuality: true,
  } as const;
  const policy = { model: "mail", kind: "split", challenger: 2, unit: "subject", ramp: [50], rules } as const;
  const { traffic } = registry.stores;
  await traffic.start({ ...policy, endsAt: "2999-12-31T00:00:00.000Z" }, { by: "me", reason: "try" });
  const database = await SqliteDatabase.open(join(directory, "registry.db"));
  await database.write((transaction) =>
    sql`update traffic_changes set policy_json = replace(policy_json, '"split"', '"bandit"')`.execute(transaction),
  );
  await database.close();
  expect([await traffic.running(), await traffic.history("mail")]).toEqual([[], []]);
  await expect(traffic.last("mail")).rejects.toMatchObject({ code: "REGISTRY_RECORD_UNREADABLE" });
  expect(await registry.unreadable()).toMatchObject([
    { record: "traffic of mail, change 1", field: "policy_json.kind" },
  ]);
  await registry.deleteVersion("mail", 2);
  await registerSample(registry, { name: "mail", runId });
  const again = await traffic.start(
    { ...policy, challenger: 3, endsAt: "2999-12-31T00:00:00.000Z" },
    { by: "me", reason: "again" },
  );
  expect(again.ordinal).toBe(2);
  await registry.close();
  await rm(directory, { recursive: true });
});
