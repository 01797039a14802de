import type { ModelManifest } from "@modelwright/contracts";
import type { Registry } from "@modelwright/registry";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import type { ServerOptions } from "../server-options.ts";
import { post } from "../testing/requests.ts";
import { openTinyRegistry } from "../testing/tiny-registry.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";
import { MemoryBudget } from "./memory-budget.ts";

const version = (files: Readonly<Record<string, number>>) => ({
  manifest: {
    files: Object.entries(files).map(([path, sizeBytes]) => ({ path, sizeBytes, sha256: "" })),
  } as unknown as ModelManifest,
});

describe("what a unit takes", () => {
  const budget = new MemoryBudget({ bytes: 1000, copies: 2 });

  test("is what its graphs and weights take in every worker", () => {
    const one = version({ "onnx/model.onnx": 30, "onnx/model.onnx.data": 100, "tokenizer.json": 7 });
    expect(budget.weigh([one], { isGroup: false })).toBe(260);
  });

  test("of versions on one base is the base once with an adapter for each, and what they then share", () => {
    const member = (size: number) => version({ "onnx/model.onnx": size, "onnx/adapter.onnx": 5 });
    const group = [member(100), member(104), member(100)];
    expect(budget.weigh(group, { isGroup: true })).toBe(2 * (104 + 5 + 5));
    const sharing = { members: ["a:1", "b:1"], apart: [], bytes: { shared: 110, apart: 200 } };
    expect(budget.weigh(group, { isGroup: true, sharing })).toBe(2 * (304 - 200 + 110));
  });
});

test("room is there when enough was freed, or patience is over", async () => {
  const budget = new MemoryBudget({ bytes: 10, copies: 1 });
  budget.hold("a", 6);
  budget.hold("b", 4);
  expect([budget.used, budget.usedBut(new Set(["a"]))]).toEqual([10, 4]);
  let isThere = false;
  const room = budget.room(8, 60_000).then(() => {
    isThere = true;
  });
  budget.free("b");
  await budget.room(5, 1);
  expect(isThere).toBe(false);
  budget.free("a");
  await room;
  expect(budget.used).toBe(0);
});

describe("a server with a budget", () => {
  let registry: Registry;
  let remove: () => Promise<void>;
  let app: FastifyInstance;
  /** Of one of the two models. */
  let bytes: number;
  beforeEach(async () => {
    ({ registry, remove } = await openTinyRegistry());
    const record = await registerTinyVersion(registry, { name: "figures", labels: ["1", "2", "3"] });
    bytes = new MemoryBudget({ bytes: 1, copies: 1 }).weigh([record], { isGroup: false });
  });
  afterEach(async () => {
    await app.close();
    await remove();
  });

  async function serve(options: Partial<ServerOptions> = {}): Promise<void> {
    const models = ["letters", "figures"];
    app = await createServer({
      registry,
      models,
      workers: 1,
      drainMs: 0,
      memoryBudgetBytes: Math.round(1.5 * bytes),
      ...options,
    });
  }
  const ask = async (model: string, headers: Readonly<Record<string, string>> = {}) => {
    const payload = JSON.stringify({ text: model === "letters" ? "b" : "2" });
    const response = await app.inject({
      method: "POST",
      url: `/v1/models/${model}/predict`,
      headers: { "content-type": "application/json", ...headers },
      payload,
    });
    return { status: response.statusCode, headers: response.headers, body: response.json() };
  };
  const states = async () =>
    (await post(app, "/v2/repository/index", {})).body.map(
      ({ name, version, state }: Record<string, string>) => `${name}:${version} ${state}`,
    );
  const metric = async (name: string) =>
    (await app.inject("/metrics")).body.split("\n").filter((line) => line.startsWith(name));

  test("loads what is asked for, and puts out what was not for longest", async () => {
    await serve();
    expect((await states()).toSorted()).toEqual(["figures:1 UNAVAILABLE", "letters:1 READY"]);
    expect((await ask("letters")).body.predictions[0].label).toBe("b");
    expect((await ask("figures")).body.predictions[0].label).toBe("2");
    expect((await states()).toSorted()).toEqual(["figures:1 READY", "letters:1 UNAVAILABLE"]);
    expect(await metric("modelwright_model_in_memory{")).toEqual([
      'modelwright_model_in_memory{model="letters",version="1"} 0',
      'modelwright_model_in_memory{model="figures",version="1"} 1',
    ]);
    expect(await metric("modelwright_model_weights_bytes")).toEqual([`modelwright_model_weights_bytes ${bytes}`]);
    // Nothing is wrong with either.
    expect(await metric("modelwright_model_unserved{")).toEqual([]);
  });

  test("answers everything while clients ask for more than it holds", async () => {
    await serve();
    const asked = Array.from({ length: 6 }, async (_, i) => {
      const model = i % 2 === 0 ? "letters" : "figures";
      const statuses = [];
      for (let round = 0; round < 8; round++) statuses.push((await ask(model)).status);
      return statuses;
    });
    expect(new Set((await Promise.all(asked)).flat())).toEqual(new Set([200]));
  });

  test("answers 503 and how long it takes where the deadline passes meanwhile, and has it then", async () => {
    await serve();
    const late = await ask("figures", { "x-request-timeout-ms": "1" });
    expect(late).toMatchObject({
      status: 503,
      headers: { "retry-after": "1" },
      body: { code: "SERVER_MODEL_LOADING", details: { model: "figures:1" } },
    });
    expect((await ask("figures")).status).toBe(200);
    expect((await ask("letters", { "x-request-timeout-ms": "soon" })).status).toBe(400);
  });

  test("serves a version in the place of another, whatever the budget", async () => {
    await serve({ follow: true });
    await registerTinyVersion(registry, { name: "letters", labels: ["b", "c", "d"] });
    while ((await ask("letters")).body.model.version !== 2);
    expect(await states()).toEqual(expect.arrayContaining(["letters:2 READY", "figures:1 UNAVAILABLE"]));
  });

  test("leaves out what is larger than all of it, and says so", async () => {
    const leftOut: unknown[] = [];
    await registerTinyVersion(registry, { name: "letters", files: { "onnx/more.bin": "x".repeat(2 * bytes) } });
    await serve({ onLeftOut: ({ model, error }) => leftOut.push([model, error]) });
    expect(leftOut).toEqual([["letters:2", expect.objectContaining({ code: "SERVER_MODEL_OVER_BUDGET" })]]);
    expect(await states()).toEqual(expect.arrayContaining(["letters:2 UNAVAILABLE", "figures:1 READY"]));
  });

  test("says what is wrong with one that cannot be brought in, and the others stay", async () => {
    const model = new TextEncoder().encode("no model".repeat(10));
    await registerTinyVersion(registry, { name: "figures", model });
    await serve({ memoryBudgetBytes: bytes });
    for (let time = 0; time < 2; time++)
      expect(await ask("figures")).toMatchObject({ status: 500, body: { code: "SERVER_WORKER_FAILED" } });
    expect(await metric("modelwright_model_unserved{")).toEqual([
      'modelwright_model_unserved{model="figures",version="2"} 1',
    ]);
    expect((await ask("letters")).status).toBe(200);
  });
});
