import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { migrate } from "../migrations/migrate.ts";
import { openRegistry } from "../open-registry.ts";
import type { Registry } from "../registry.ts";
import { type Cut, CuttingProxy } from "../testing/cutting-proxy.ts";
import { describePostgres } from "../testing/describe-postgres.ts";
import { registerSample, sampleManifest, sampleRun, stageFiles } from "../testing/fixtures.ts";
import { PATIENCE, type Patience } from "./patience.ts";
import { PostgresDatabase } from "./postgres-database.ts";
import { parsePostgresUrl } from "./postgres-url.ts";

const name = "mails";

/** What people see of the model. */
async function stateOf(registry: Registry) {
  const models = await registry.listModels();
  if (models.length === 0) return { versions: [], aliases: {} };
  const versions = await registry.listVersions(name);
  for (const version of versions) await registry.verifyVersion(version);
  return { versions: versions.map(({ version }) => version), aliases: models[0]!.aliases };
}
type State = Awaited<ReturnType<typeof stateOf>>;

describePostgres("on a server", (current) => {
  const database = (url: string, patience: Partial<Patience> = {}) =>
    PostgresDatabase.open(
      parsePostgresUrl(url, (problem) => new Error(problem) as never),
      { patience: { ...PATIENCE, ...patience } },
    );

  describe("a connection that is cut", () => {
    let proxy: CuttingProxy;
    let url: string;
    beforeEach(async () => {
      const { server, files, schema } = current();
      await server.sql("alter user postgres password 'secret'");
      vi.stubEnv("PGPASSWORD", "secret");
      proxy = await CuttingProxy.start(server.port);
      url = server.url({ files, schema, host: "127.0.0.1", port: proxy.port });
    });
    afterEach(() => proxy.close());

    const changes: Record<string, (registry: Registry, state: State, runId: string) => Promise<State>> = {
      async publish(registry, { versions, aliases }, runId) {
        const stagingDirectory = await stageFiles(registry, runId);
        const describe = (version: number) => sampleManifest({ name, version, runId });
        const next = Math.max(0, ...versions) + 1;
        try {
          expect((await registry.registerVersion({ name, runId, stagingDirectory, describe })).version).toBe(next);
        } catch (error) {
          // It can be tried again.
          expect((await readdir(stagingDirectory)).sort()).toEqual(["config.json", "onnx"]);
          throw error;
        }
        expect(existsSync(stagingDirectory)).toBe(false);
        return { versions: [...versions, next], aliases };
      },
      async promote(registry, { versions, aliases }) {
        const to = aliases["champion"] === versions[0] ? versions[1]! : versions[0]!;
        await registry.setAlias(name, "champion", to, "better");
        return { versions, aliases: { champion: to } };
      },
      async delete(registry, { versions, aliases }) {
        await registry.deleteVersion(name, versions.at(-1)!);
        return { versions: versions.slice(0, -1), aliases };
      },
    };

    test.each(
      Object.entries(changes).flatMap(([what, change]) =>
        (["before", "after"] as const).map((moment) => ({ what, moment, change })),
      ),
    )("at any statement of $what, $moment it is done: all or nothing, and the caller knows which", async (given) => {
      const direct = await openRegistry(current().url);
      const { id: runId } = await direct.createRun(sampleRun());
      for (let count = 0; count < 2; count++) await registerSample(direct, { name, runId });
      const registry = await openRegistry(url);
      const outcomes = { kept: 0, refused: 0 };
      for (let statement = 1; ; statement++) {
        // Something to delete, without a hole behind the last.
        if (given.what === "delete") await registerSample(direct, { name, runId });
        const before = await stateOf(direct);
        proxy.arm({ statement, moment: given.moment });
        const expected = await given.change(registry, before, runId).then(
          (after) => {
            outcomes.kept++;
            return after;
          },
          (error) => {
            expect(error).toMatchObject({ code: "REGISTRY_UNREACHABLE" });
            outcomes.refused++;
            return before;
          },
        );
        const wasCut = proxy.disarm();
        const again = await openRegistry(current().url);
        expect({ statement, ...(await stateOf(again)) }).toEqual({ statement, ...expected });
        await again.close();
        const left = (await readdir(join(current().files, "models", name))).filter((entry) => entry.startsWith("."));
        expect({ statement, left }).toEqual({ statement, left: [] });
        if (given.what === "delete" && expected === before) await direct.deleteVersion(name, before.versions.at(-1)!);
        if (!wasCut) break;
      }
      // Connections that are lost before the change, or at a commit that was kept, are no failures.
      expect(outcomes.kept).toBeGreaterThanOrEqual(3);
      expect(outcomes.refused).toBeGreaterThanOrEqual(3);
      await registry.close();
      await direct.close();
    });

    /** Where the commit stands among the statements of a write: begin, lock, ours, commit. */
    const commit = (moment: Cut["moment"]): Cut => ({ statement: 4, moment, forGood: true });

    test.each(["before", "after"] as const)(
      "for good, %s the commit: nobody knows, and that is said",
      async (moment) => {
        const written = await database(url, { reconnect: 200 });
        await migrate(written);
        proxy.arm(commit(moment));
        const writing = written.write((transaction) =>
          transaction.insertInto("registered_models").values({ name, created_at: "", last_version: 0 }).execute(),
        );
        await expect(writing).rejects.toMatchObject({ code: "REGISTRY_OUTCOME_UNKNOWN" });
        await written.close();
        const direct = await database(current().url);
        const rows = await direct.read((kysely) => kysely.selectFrom("registered_models").select("name").execute());
        expect(rows).toHaveLength(moment === "after" ? 1 : 0);
        await direct.close();
      },
    );
  });

  test("a server that starts again is waited for, one that stays away is named", async () => {
    const { server, url } = current();
    const registry = await openRegistry(url);
    const impatient = await database(url, { reconnect: 200 });
    const { id } = await registry.createRun(sampleRun());
    await server.stop("fast");
    await expect(
      impatient.read(async (kysely) => kysely.selectFrom("runs").selectAll().execute()),
    ).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      message: expect.stringContaining(url),
    });
    await expect(openRegistry(url)).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
    const waiting = Promise.all([registry.getRun(id), registry.createRun(sampleRun())]);
    await server.again();
    await waiting;
    await server.stop("immediate");
    await server.again();
    expect(await registry.listRuns()).toHaveLength(2);
    await impatient.close();
    await registry.close();
  });

  test("a writer that waits too long is told so, and one that fell silent is ended", async () => {
    const { url } = current();
    const silent = await database(url, { silence: 400 });
    const other = await database(url, { lock: 100 });
    await migrate(silent);
    const asleep = silent.write(async (transaction) => {
      await sleep(800);
      await transaction.deleteFrom("registered_models").execute();
    });
    const asleepEnds = expect(asleep).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
    await sleep(100);
    await expect(other.write(async () => {})).rejects.toMatchObject({
      code: "REGISTRY_BUSY",
      details: { location: url, waitedMs: expect.any(Number) },
    });
    await sleep(400);
    await other.write(async () => {});
    await asleepEnds;
    expect(await silent.write(async () => "again")).toBe("again");
    await silent.close();
    await other.close();
  });
});
