import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { get, post } from "../testing/requests.ts";
import { openTinyRegistry, type TinyRegistry } from "../testing/tiny-registry.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";
import { cacheKey, ResultCache } from "./result-cache.ts";

describe("the cache", () => {
  // Oracle: a list, the last asked at the end.
  test("holds what was asked last, within its bytes", () => {
    const step = fc.record({
      key: fc.constantFrom("a", "b", "c", "d", "e"),
      value: fc.oneof(fc.string({ maxLength: 100 }), fc.array(fc.double(), { maxLength: 20 })),
      isSet: fc.boolean(),
    });
    const limits = fc.integer({ min: 0, max: 3000 });
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 60 }), (maxBytes, steps) => {
        const cache = new ResultCache({ maxBytes });
        let order: (readonly [string, unknown])[] = [];
        for (const { key, value, isSet } of steps) {
          const known = order.find(([other]) => other === key);
          order = order.filter(([other]) => other !== key);
          if (isSet) {
            cache.set(key, value);
            // What is larger than the whole cache is not kept.
            const empty = new ResultCache({ maxBytes });
            empty.set(key, value);
            if (empty.size === 1) order.push([key, value]);
          } else {
            const answer = cache.get(key);
            // What it still has is what was put there.
            if (answer !== undefined) expect(answer).toEqual(known![1]);
            if (answer !== undefined) order.push(known!);
          }
          // The oldest have left, and no more.
          order = order.slice(order.length - cache.size);
          expect(cache.bytes).toBeLessThanOrEqual(maxBytes);
        }
        for (const [key, value] of order) expect(cache.get(key)).toEqual(value);
        if (order.length === 0) expect(cache.bytes).toBe(0);
      }),
    );
  });

  test("keeps of an array no more than its own numbers", () => {
    const cache = new ResultCache({ maxBytes: 10_000 });
    const batch = new Float64Array(1000);
    cache.set("x", batch.subarray(10, 13));
    const kept = cache.get("x") as Float64Array;
    expect([kept.length, kept.buffer.byteLength]).toEqual([3, 24]);
  });
});

describe("a key", () => {
  const run = { digest: "a version", options: { explain: 3 } };

  test("is the same whatever the order of fields", () => {
    const other = { ...run, options: { ...run.options } };
    expect(cacheKey(run, { b: 1, a: { d: 2, c: [1, 2] } })).toBe(cacheKey(other, { a: { c: [1, 2], d: 2 }, b: 1 }));
  });

  test("is another for another version, options or item", () => {
    const items = ["a", "b", ["a"], { a: 1 }, { a: "1" }, [["a", 1]], null, { a: null }, { a: [1, 2] }, { a: [2, 1] }];
    const runs = [run, { ...run, digest: "another" }, { ...run, options: {} }];
    const keys = new Set(runs.flatMap((each) => items.map((item) => cacheKey(each, item))));
    expect(keys.size).toBe(runs.length * items.length);
  });
});

describe("a server that keeps answers", () => {
  let tiny: TinyRegistry;
  let app: FastifyInstance;
  beforeAll(async () => {
    tiny = await openTinyRegistry();
    await registerTinyVersion(tiny.registry, { name: "letters", labels: ["b", "c", "d"] });
    await registerTinyVersion(tiny.registry, { name: "writer", task: "causal-language-modeling" });
    const models = ["letters:1", "letters:2", "writer"];
    app = await createServer({ registry: tiny.registry, models, workers: 1, drainMs: 0, cacheResultsBytes: 2 ** 20 });
  });
  afterAll(async () => {
    await app.close();
    await tiny.remove();
  });

  const ask = async (texts: readonly string[], { model = "letters:1", ...options } = {}) => {
    const { status, headers, body } = await post(app, `/v1/models/${model}/predict`, { texts, ...options });
    expect(status).toBe(200);
    return { cache: headers["cache-status"], predictions: body.predictions };
  };
  const runs = async (model = "letters/versions/1") => {
    const [{ execution_count, inference_stats }] = (await get(app, `/v2/models/${model}/stats`)).body.model_stats;
    const { success, cache_hit, cache_miss } = inference_stats;
    return { batches: execution_count, success: success.count, hits: cache_hit.count, misses: cache_miss.count };
  };

  test("answers alike, says where the answer comes from, and runs what it lacks alone", async () => {
    const first = await ask(["a", "bb"]);
    expect(first.cache).toBe("modelwright; fwd=miss");
    expect(await runs()).toEqual({ batches: 1, success: 1, hits: 0, misses: 2 });
    expect(await ask(["bb", "a"])).toEqual({ cache: "modelwright; hit", predictions: first.predictions.toReversed() });
    expect(await runs()).toEqual({ batches: 1, success: 2, hits: 2, misses: 2 });
    const some = await ask(["c", "bb", "a"]);
    expect(some.cache).toBe("modelwright; fwd=partial");
    expect(some.predictions.map(({ label }: { label: string }) => label)).toEqual(["c", "b", "a"]);
    expect(await runs()).toEqual({ batches: 2, success: 3, hits: 4, misses: 3 });
    const { body } = await app.inject("/metrics");
    expect(body).toContain('modelwright_result_cache_lookups_total{model="letters",version="1",result="hit"} 4');
    expect(body).toContain('modelwright_result_cache_lookups_total{model="letters",version="1",result="miss"} 3');
    expect(body).toContain("modelwright_result_cache_items 3");
  });

  test("has answers of another version apart, and shows of one as much as is asked", async () => {
    const all = await ask(["cc"]);
    const other = await ask(["cc"], { model: "letters:2" });
    expect(other.cache).toBe("modelwright; fwd=miss");
    expect(other.predictions).not.toEqual(all.predictions);
    const response = await post(app, "/v1/models/letters:1/predict?top_k=1", { texts: ["cc"] });
    expect(response.headers["cache-status"]).toBe("modelwright; hit");
    expect(response.body.predictions[0].probabilities).toHaveLength(1);
  });

  test("gives them to the Open Inference Protocol too", async () => {
    await ask(["ab"]);
    const { status, headers } = await post(app, "/v2/models/letters/versions/1/infer", {
      inputs: [{ name: "text", datatype: "BYTES", shape: [1], data: ["ab"] }],
    });
    expect([status, headers["cache-status"]]).toEqual([200, "modelwright; hit"]);
  });

  test("never keeps what is drawn", async () => {
    const writer = async (options: object) =>
      (await post(app, "/v1/models/writer/predict", { texts: ["a"], options })).headers["cache-status"];
    expect([await writer({ seed: 1 }), await writer({ seed: 1 })]).toEqual(
      new Array(2).fill("modelwright; fwd=bypass"),
    );
    const likeliest = { temperature: 0, maxTokens: 3 };
    expect([await writer(likeliest), await writer(likeliest)]).toEqual(["modelwright; fwd=miss", "modelwright; hit"]);
  });
});
