import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Registry } from "@modelwright/registry";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import type { ServerOptions } from "../server-options.ts";
import { get, post } from "../testing/requests.ts";
import { openTinyRegistry } from "../testing/tiny-registry.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";

let registry: Registry;
let remove: () => Promise<void>;
const apps: FastifyInstance[] = [];

beforeEach(async () => {
  ({ registry, remove } = await openTinyRegistry());
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

/** Loads or unloads; the answer is empty where it is done. */
const manage = async (app: FastifyInstance, model: string, action: "load" | "unload") => {
  const { statusCode, body } = await app.inject({ method: "POST", url: `/v2/repository/models/${model}/${action}` });
  return { status: statusCode, error: body === "" ? undefined : (JSON.parse(body).error as string) };
};
const predict = (app: FastifyInstance, model = "letters") => post(app, `/v1/models/${model}/predict`, { text: "b" });
const versionOf = async (app: FastifyInstance, model?: string) =>
  (await predict(app, model)).body.model?.version as number | undefined;
const index = async (app: FastifyInstance) => (await post(app, "/v2/repository/index", {})).body;

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10);
}

describe("an alias that moves", () => {
  test("is served, and the one before is freed", async () => {
    const app = await serve();
    await registerTinyVersion(registry, { name: "letters", labels: ["b", "c", "d"] });
    await until(async () => (await versionOf(app)) === 2);
    expect((await predict(app, "letters:1")).status).toBe(404);
    await registry.setAlias("letters", "champion", 1, "back");
    await until(async () => (await versionOf(app)) === 1);
    const metrics = async () => (await app.inject("/metrics")).body;
    expect(await metrics()).toContain('modelwright_model_info{model="letters",version="1"');
    // What was under way when it left may be counted until it is freed.
    await until(async () => !(await metrics()).includes('version="2"'));
  });

  test("finds a version that is served already: nothing is loaded", async () => {
    await registerTinyVersion(registry, { name: "letters" });
    const app = await serve({ models: ["letters:1", "letters:2"] });
    expect(await versionOf(app)).toBe(2);
    await registry.setAlias("letters", "champion", 1, "back");
    await until(async () => (await versionOf(app)) === 1);
    expect(await versionOf(app, "letters@latest")).toBe(2);
  });

  test("is not followed unless it is to be", async () => {
    const app = await serve({ follow: false });
    await registerTinyVersion(registry, { name: "letters" });
    await sleep(600);
    expect(await versionOf(app)).toBe(1);
  });

  test("swaps a hundred times under sixteen clients without a failed request", async () => {
    await registerTinyVersion(registry, { name: "letters", labels: ["b", "c", "d"] });
    const app = await serve({ allowLoading: true, follow: false });
    const statuses = new Map<number, number>();
    const versions = new Set<number>();
    let isOver = false;
    const clients = Array.from({ length: 16 }, async () => {
      while (!isOver) {
        const { status, body } = await predict(app);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        versions.add(body.model?.version);
      }
    });
    for (let swap = 1; swap <= 100; swap++) {
      await registry.setAlias("letters", "champion", swap % 2 === 0 ? 2 : 1, "swap");
      expect(await manage(app, "letters", "load")).toEqual({ status: 200 });
      await sleep(2);
    }
    isOver = true;
    await Promise.all(clients);
    expect([...statuses.keys()]).toEqual([200]);
    expect([...versions].toSorted()).toEqual([1, 2]);
  });
});

describe("a model that writes", () => {
  test("is swapped while texts are written: each is written to its end", async () => {
    const task = "instruction-tuning";
    for (let version = 1; version <= 2; version++) await registerTinyVersion(registry, { name: "assistant", task });
    const app = await serve({ allowLoading: true, follow: false });
    const answers = new Set<string>();
    let isOver = false;
    const clients = Array.from({ length: 4 }, async (_, client) => {
      const stream = client % 2 === 0;
      while (!isOver) {
        const { statusCode, body } = await app.inject({
          method: "POST",
          url: "/v1/chat/completions",
          payload: { model: "assistant", messages: [{ role: "user", content: "one" }], temperature: 0, stream },
        });
        const ends = stream ? body.endsWith("data: [DONE]\n\n") : JSON.parse(body).choices[0].finish_reason === "stop";
        answers.add(`${statusCode} ${ends} ${body.includes("error")}`);
      }
    });
    for (let swap = 1; swap <= 10; swap++) {
      await registry.setAlias("assistant", "champion", swap % 2 === 0 ? 2 : 1, "swap");
      expect(await manage(app, "assistant", "load")).toEqual({ status: 200 });
    }
    isOver = true;
    await Promise.all(clients);
    expect([...answers]).toEqual(["200 true false"]);
    const [state] = (await index(app)).filter(({ name }: { name: string }) => name === "assistant");
    expect(state).toMatchObject({ version: "2", state: "READY" });
  });
});

describe("a version that cannot be served", () => {
  const damaged = {
    "whose graph is none": async () => {
      await registerTinyVersion(registry, { name: "letters", model: new TextEncoder().encode("no model") });
    },
    "whose file was changed": async () => {
      const { version } = await registerTinyVersion(registry, { name: "letters" });
      await registry.setAlias("letters", "champion", 1, "wait");
      await appendFile(join(await registry.materialise({ name: "letters", version }), "tokenizer.json"), " ");
      await registry.setAlias("letters", "champion", version, "now");
    },
  };

  test.each(["whose graph is none", "whose file was changed"] as const)(
    "%s leaves the one before, and says so",
    async (which) => {
      const leftOut: string[] = [];
      const app = await serve({ onLeftOut: ({ model }) => leftOut.push(model) });
      await damaged[which]();
      await until(async () => leftOut.length > 0);
      for (const reference of ["letters", "letters@champion", "letters:1"])
        expect(await versionOf(app, reference)).toBe(1);
      expect(await index(app)).toEqual([
        { name: "letters", version: "2", state: "UNAVAILABLE", reason: expect.stringMatching(/letters|onnx|model/) },
        { name: "letters", version: "1", state: "READY", reason: "" },
      ]);
      expect((await app.inject("/metrics")).body).toContain(
        'modelwright_model_unserved{model="letters",version="2"} 1',
      );
      await registerTinyVersion(registry, { name: "letters" });
      await until(async () => (await versionOf(app)) === 3);
      expect(leftOut).toEqual(["letters:2"]);
      expect(await index(app)).toEqual([{ name: "letters", version: "3", state: "READY", reason: "" }]);
    },
  );
});

describe("the model repository", () => {
  test("loads and unloads models where that is allowed", async () => {
    await registerTinyVersion(registry, { name: "figures", labels: ["1", "2"] });
    const app = await serve({ models: ["letters"], allowLoading: true });
    expect(await index(app)).toEqual([
      { name: "letters", version: "1", state: "READY", reason: "" },
      { name: "figures" },
    ]);
    expect((await predict(app, "figures")).status).toBe(404);
    expect(await manage(app, "figures", "load")).toEqual({ status: 200 });
    expect((await predict(app, "figures")).status).toBe(200);
    expect(await manage(app, "letters", "unload")).toEqual({ status: 200 });
    expect((await predict(app)).status).toBe(404);
    const { body } = await post(app, "/v2/repository/index", { ready: true });
    expect(body).toEqual([{ name: "figures", version: "1", state: "READY", reason: "" }]);
    for (const action of ["load", "unload"] as const)
      expect(await manage(app, "nothing", action)).toEqual({ status: 404, error: expect.stringContaining("nothing") });
  });

  test("refuses to where it is not", async () => {
    const app = await serve();
    expect(await manage(app, "letters", "unload")).toEqual({ status: 403, error: expect.stringContaining("letters") });
    expect((await get(app, "/v2")).body.extensions).toContain("model_repository");
  });

  test("may unload everything, and is described all the same", async () => {
    const app = await serve({ allowLoading: true });
    expect(await manage(app, "letters", "unload")).toEqual({ status: 200 });
    expect((await get(app, "/v1/models")).body.models).toEqual([]);
    expect(Object.keys((await get(app, "/openapi.json")).body.paths)).toContain("/v1/models/{name}/predict");
    expect((await predict(app)).status).toBe(404);
  });
});
