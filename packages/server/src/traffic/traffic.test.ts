import { setTimeout as sleep } from "node:timers/promises";
import {
  armAt,
  type NewTrafficPolicy,
  openRegistry,
  type PredictionRecord,
  placeOf,
  type Registry,
  type TrafficPolicy,
  unitOf,
} from "@modelwright/registry";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createServer } from "../create-server.ts";
import type { ServerOptions } from "../server-options.ts";
import { openTinyRegistry } from "../testing/tiny-registry.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";

const because = { by: "test", reason: "to see" };
const policy: NewTrafficPolicy = {
  model: "letters",
  kind: "split",
  challenger: 2,
  unit: "subject",
  ramp: [50],
  rules: {
    goal: "better",
    alpha: 0.05,
    leastRequests: 100,
    errorMargin: 0.01,
    latencyRatio: 1.5,
    qualityMargin: 0.02,
    needsQuality: true,
  },
  endsAt: "2999-12-31T00:00:00.000Z",
};

let registry: Registry;
let remove: () => Promise<void>;
const apps: FastifyInstance[] = [];

beforeEach(async () => {
  ({ registry, remove } = await openTinyRegistry());
  await registerTinyVersion(registry, { name: "letters", labels: ["b", "c", "d"] });
  await registry.setAlias("letters", "champion", 1, "first");
});

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
  await remove();
});

async function serve(options: Partial<ServerOptions> = {}): Promise<FastifyInstance> {
  const app = await createServer({ registry, models: [], workers: 1, drainMs: 0, follow: true, ...options });
  apps.push(app);
  return app;
}

async function ask(app: FastifyInstance, headers: Record<string, string> = {}, model = "letters") {
  const response = await app.inject({
    method: "POST",
    url: `/v1/models/${model}/predict`,
    headers: { "content-type": "application/json", ...headers },
    payload: { text: "b" },
  });
  const { model: answered, predictions } = response.json();
  return {
    status: response.statusCode,
    version: answered?.version as number | undefined,
    arm: response.headers["x-model-arm"],
    id: response.headers["x-prediction-id"] as string,
    predictions,
  };
}

const start = async (change: Partial<NewTrafficPolicy> = {}) =>
  (await registry.stores.traffic.start({ ...policy, ...change }, because)).policy;
const subjects = Array.from({ length: 100 }, (_, i) => `user-${i}`);
const versionsOf = (app: FastifyInstance) =>
  Promise.all(subjects.map(async (subject) => (await ask(app, { "x-subject-id": subject })).version));
const expected = (division: TrafficPolicy) =>
  subjects.map((subject) =>
    armAt(division, placeOf(division, unitOf(division, { subject, request: "" }))) === "challenger" ? 2 : 1,
  );

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10);
}

/** Until a version is in memory. */
const served = (app: FastifyInstance, key: string) => until(async () => (await ask(app, {}, key)).status === 200);

async function recorded(holds: (rows: readonly PredictionRecord[]) => boolean): Promise<readonly PredictionRecord[]> {
  for (;;) {
    const rows: PredictionRecord[] = [];
    for await (const page of registry.stores.predictions.scan({ model: "letters" })) rows.push(...page);
    if (holds(rows)) return rows;
    await sleep(20);
  }
}

describe("a split", () => {
  test("gives each subject one version, in every server and after a restart, until it ends", async () => {
    const [first, second] = [await serve(), await serve()];
    const division = await start();
    await Promise.all([first, second].map((app) => served(app, "letters:2")));
    const versions = await versionsOf(first);
    expect(versions).toEqual(expected(division));
    expect(new Set(versions)).toEqual(new Set([1, 2]));
    expect(await versionsOf(second)).toEqual(versions);
    const again = await openRegistry(registry.location);
    const restarted = await serve({ registry: again });
    expect(await versionsOf(restarted)).toEqual(versions);
    await registry.stores.traffic.change("letters", { ...because, from: 1, state: "rolled-back" });
    await until(async () => (await versionsOf(restarted)).every((version) => version === 1));
    await apps.pop()!.close();
    await again.close();
  });

  test("says which part of the traffic was answered, and counts and records it", async () => {
    await start();
    const app = await serve({ record: "answers" });
    const answers = await Promise.all(subjects.map((subject) => ask(app, { "x-subject-id": subject })));
    for (const { version, arm } of answers) expect(arm).toBe(version === 2 ? "challenger" : "champion");
    const rows = await recorded((found) => found.length === subjects.length);
    const kept = new Map(rows.map(({ id, version, arm }) => [id, [version, arm]]));
    for (const { id, version, arm } of answers) expect(kept.get(`${id}.0`)).toEqual([version, arm]);
    const { body } = await app.inject("/metrics");
    const challenger = answers.filter(({ version }) => version === 2).length;
    expect(body).toContain(
      `modelwright_traffic_requests_total{model="letters",version="2",arm="challenger"} ${challenger}`,
    );
  });

  test("is not for those who name a version, an alias or the header", async () => {
    await start({ ramp: [99] });
    const app = await serve();
    const pinned = { status: 200, arm: "pinned" };
    expect(await ask(app, {}, "letters:1")).toMatchObject({ ...pinned, version: 1 });
    expect(await ask(app, {}, "letters@champion")).toMatchObject({ ...pinned, version: 1 });
    expect(await ask(app, { "x-model-version": "1" })).toMatchObject({ ...pinned, version: 1 });
    expect(await ask(app, { "x-model-version": "2" })).toMatchObject({ ...pinned, version: 2 });
    expect((await ask(app, { "x-model-version": "9" })).status).toBe(404);
    expect((await ask(app, { "x-model-version": "two" })).status).toBe(400);
  });

  test("without a subject divides requests, also of the Open Inference Protocol", async () => {
    await start();
    const app = await serve();
    const infer = async (path: string) => {
      const inputs = [{ name: "text", datatype: "BYTES", shape: [1], data: ["b"] }];
      const { headers, body } = await app.inject({ method: "POST", url: path, payload: { inputs } });
      return `${headers["x-model-arm"]} ${JSON.parse(body).model_version}`;
    };
    const found = new Set(await Promise.all(Array.from({ length: 60 }, () => infer("/v2/models/letters/infer"))));
    expect([...found].sort()).toEqual(["challenger 2", "champion 1"]);
    expect(await infer("/v2/models/letters/versions/1/infer")).toBe("pinned 1");
  });

  test("leaves all to another champion as soon as there is one", async () => {
    await registerTinyVersion(registry, { name: "letters", labels: ["b", "c"] });
    await registry.setAlias("letters", "champion", 1, "first");
    await start();
    const app = await serve();
    await registry.setAlias("letters", "champion", 3, "by hand");
    await until(async () => (await versionsOf(app)).every((version) => version === 3));
  });

  test("of a challenger that cannot be loaded is none: the champion answers, and it is told", async () => {
    await registerTinyVersion(registry, { name: "letters", model: new TextEncoder().encode("no model") });
    await registry.setAlias("letters", "champion", 1, "first");
    const leftOut: string[] = [];
    const app = await serve({ onLeftOut: ({ model }) => leftOut.push(model) });
    await start({ challenger: 3 });
    await until(async () => leftOut.length > 0);
    expect(leftOut).toEqual(["letters:3"]);
    expect(new Set(await versionsOf(app))).toEqual(new Set([1]));
  });

  test("goes on while the registry is away", async () => {
    const division = await start();
    const app = await serve();
    const away = vi.spyOn(registry, "revision").mockRejectedValue(new Error("away"));
    await until(async () => away.mock.calls.length > 1);
    expect(await versionsOf(app)).toEqual(expected(division));
  });
});

test("a canary's steps only ever move subjects to the challenger", async () => {
  await start({ kind: "canary", ramp: [10, 50, 100] });
  const app = await serve();
  const before = await versionsOf(app);
  const { policy: stepped } = await registry.stores.traffic.change("letters", { ...because, from: 1, percent: 50 });
  await until(async () => JSON.stringify(await versionsOf(app)) === JSON.stringify(expected(stepped)));
  const after = await versionsOf(app);
  for (const [i, version] of before.entries()) if (version === 2) expect(after[i]).toBe(2);
  await registry.stores.traffic.change("letters", { ...because, from: 2, state: "promoted" });
  await until(async () => (await versionsOf(app)).every((version) => version === 2));
});

describe("a shadow", () => {
  test("is asked what the champion answered, and never heard", async () => {
    await start({ kind: "shadow", ramp: [100] });
    const app = await serve({ record: "answers" });
    const answers = await Promise.all(subjects.slice(0, 20).map((subject) => ask(app, { "x-subject-id": subject })));
    expect(new Set(answers.map(({ version, arm }) => `${version} ${arm}`))).toEqual(new Set(["1 champion"]));
    const rows = await recorded((found) => found.length === 40);
    for (const { id } of answers) {
      expect(rows.find((row) => row.id === `${id}.0.shadow`)).toMatchObject({
        version: 2,
        arm: "shadow",
        answer: { label: "b" },
      });
    }
    const { body } = await app.inject("/metrics");
    expect(body).toContain('modelwright_shadow_items_total{model="letters",version="2",outcome="asked"} 20');
  });

  test("that cannot take what the champion takes fails unheard", async () => {
    await registerTinyVersion(registry, { name: "letters", pairs: true });
    await registry.setAlias("letters", "champion", 1, "first");
    await start({ kind: "shadow", ramp: [100], challenger: 3 });
    const app = await serve({ record: "answers" });
    expect(await ask(app)).toMatchObject({ status: 200, version: 1, arm: "champion" });
    const rows = await recorded((found) => found.length === 2);
    expect(rows.find(({ arm }) => arm === "shadow")).toMatchObject({ version: 3, error: "SERVER_REQUEST_INVALID" });
  });
});
