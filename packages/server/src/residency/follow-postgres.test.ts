import { setTimeout as sleep } from "node:timers/promises";
import { openRegistry } from "@modelwright/registry";
import { describePostgres } from "@modelwright/registry/testing";
import { expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { post } from "../testing/requests.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";

describePostgres("a registry in PostgreSQL", (current) => {
  test("is followed under load, away for a while, and followed again", async () => {
    const { server, url } = current();
    const registry = await openRegistry(url);
    // Whoever moves aliases is another process, with a connection of its own.
    const team = await openRegistry(url);
    await registerTinyVersion(team, { name: "letters" });
    const problems: (string | undefined)[] = [];
    const app = await createServer({
      registry,
      models: [],
      workers: 1,
      drainMs: 0,
      follow: true,
      onAway: (problem) => problems.push(problem),
    });
    let isOver = false;
    const statuses = new Set<number>();
    let served: number | undefined;
    const clients = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const { status, body } = await post(app, "/v1/models/letters/predict", { text: "b" });
        statuses.add(status);
        served = body.model?.version;
        // It takes half a minute until the registry counts as away: not all of a core for so long.
        await sleep(20);
      }
    });
    const until = async (holds: () => boolean) => {
      while (!holds()) await sleep(5);
    };
    await registerTinyVersion(team, { name: "letters", labels: ["b", "c", "d"] });
    await until(() => served === 2);
    await team.rollback("letters", "champion");
    await until(() => served === 1);
    await server.stop("immediate");
    await until(() => problems.length === 1);
    await server.again();
    await until(() => problems.length === 2);
    await team.setAlias("letters", "champion", 2, "again");
    await until(() => served === 2);
    isOver = true;
    await Promise.all(clients);
    expect([...statuses]).toEqual([200]);
    expect(problems).toEqual([expect.any(String), undefined]);
    await app.close();
    await Promise.all([registry.close(), team.close()]);
  });
});
