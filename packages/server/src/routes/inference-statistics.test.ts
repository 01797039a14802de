import type { ModelStatistics } from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { get, post } from "../testing/requests.ts";
import { openRegistryOfAllTasks, type TinyRegistry } from "../testing/tiny-registry.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";

let tiny: TinyRegistry;
let app: FastifyInstance;
beforeAll(async () => {
  tiny = await openRegistryOfAllTasks();
  await registerTinyVersion(tiny.registry, { name: "letters" });
  await registerTinyVersion(tiny.registry, { name: "letters" });
  const models = ["letters:1", "letters:2", "embedding", "causal-language-modeling"];
  app = await createServer({ registry: tiny.registry, models, workers: 1, drainMs: 0, maxBatch: 4 });
});
afterAll(async () => {
  await app.close();
  await tiny.remove();
});

const statisticsOf = async (path: string): Promise<ModelStatistics[]> =>
  (await get(app, `/v2/models/${path}`)).body.model_stats;

test("requests, items, batches and their times are counted of each version", async () => {
  const startedAt = Date.now();
  const begin = performance.now();
  await post(app, "/v1/models/letters:1/predict", { text: "a" });
  await post(app, "/v1/models/letters:1/predict", { texts: ["a", "b", "c", "bb", "cc", "ab"] });
  const passedNs = (performance.now() - begin) * 1e6;
  const [first] = await statisticsOf("letters/versions/1/stats");
  expect(first).toMatchObject({
    name: "letters",
    version: "1",
    inference_count: 7,
    // The one alone; of the six a full batch and the rest.
    execution_count: 3,
    response_stats: {},
    memory_usage: [],
  });
  expect(first!.last_inference).toBeGreaterThanOrEqual(startedAt);
  const { inference_stats: stats, batch_stats: batches } = first!;
  for (const part of ["success", "queue", "compute_input", "compute_infer", "compute_output"] as const)
    expect(stats[part].count).toBe(2);
  for (const part of ["fail", "cache_hit", "cache_miss"] as const) expect(stats[part]).toEqual({ count: 0, ns: 0 });
  expect(batches.map(({ batch_size, compute_infer: { count } }) => [batch_size, count])).toEqual([
    [1, 1],
    [2, 1],
    [4, 1],
  ]);
  // The parts of a batch are those of its requests; and none takes longer than all of it.
  const sum = batches.reduce((total, { compute_infer: { ns } }) => total + ns, 0);
  expect(Math.abs(sum - stats.compute_infer.ns)).toBeLessThanOrEqual(batches.length);
  expect(stats.compute_infer.ns).toBeGreaterThan(0);
  expect(stats.success.ns).toBeGreaterThan(stats.queue.ns);
  expect(stats.success.ns).toBeLessThan(passedNs);
});

test("a request that fails is counted as one", async () => {
  const { status } = await post(app, "/v1/models/letters:2/predict", { texts: new Array(250).fill("a") });
  expect(status).toBe(200);
  const response = await app.inject({
    method: "POST",
    url: "/v1/models/letters:2/predict",
    headers: { "content-type": "application/json", "x-request-timeout-ms": "1" },
    payload: JSON.stringify({ texts: new Array(256).fill("a".repeat(500)) }),
  });
  expect(response.statusCode).toBe(504);
  const [second] = await statisticsOf("letters/versions/2/stats");
  expect(second!.inference_stats.fail).toEqual({ count: 1, ns: expect.any(Number) });
  expect(second!.inference_stats.success.count).toBe(1);
});

test("texts that are written and vectors are counted too", async () => {
  await post(app, "/v1/completions", { model: "causal-language-modeling", prompt: "a", max_tokens: 2, n: 2 });
  await post(app, "/v1/embeddings", { model: "embedding", input: ["a", "b"] });
  expect((await statisticsOf("causal-language-modeling/stats"))[0]).toMatchObject({
    inference_count: 2,
    inference_stats: { success: { count: 2 }, queue: { count: 0 } },
  });
  expect((await statisticsOf("embedding/stats"))[0]).toMatchObject({
    inference_count: 2,
    inference_stats: { success: { count: 1 }, queue: { count: 1 } },
  });
});

test("a name stands for all versions of a model, a reference for one, nothing for all models", async () => {
  const versions = async (path: string) => (await statisticsOf(path)).map(({ name, version }) => `${name}:${version}`);
  expect(await versions("letters/stats")).toEqual(["letters:1", "letters:2"]);
  expect(await versions("letters@latest/stats")).toEqual(["letters:2"]);
  expect(await versions("stats")).toEqual(["letters:1", "letters:2", "embedding:1", "causal-language-modeling:1"]);
  expect((await get(app, "/v2")).body.extensions).toContain("statistics");
  expect(await get(app, "/v2/models/nothing/stats")).toMatchObject({
    status: 404,
    body: { error: expect.stringContaining("nothing") },
  });
});
