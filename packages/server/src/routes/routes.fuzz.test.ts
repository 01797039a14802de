import { taskNames, taskSchemas } from "@modelwright/contracts";
import { inferenceRow } from "@modelwright/inference";
import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { openRegistryOfAllTasks } from "../testing/tiny-registry.ts";
import { registerTinyVersion } from "../testing/tiny-version.ts";

/** test/conformance/fuzzed-requests asks for more. */
const RUNS = Number(process.env.MODELWRIGHT_FUZZ_RUNS ?? 2000);

/** Paths whose errors have the form of another's protocol: Open Inference, OpenAI. */
const FOREIGN = /^\/v2|^\/v1\/(chat\/completions|completions|embeddings|models\/[^/]+)\/?$/;

let app: FastifyInstance;
let remove: () => Promise<void>;

beforeAll(async () => {
  const opened = await openRegistryOfAllTasks();
  remove = opened.remove;
  await registerTinyVersion(opened.registry, { name: "letters" });
  app = await createServer({ registry: opened.registry, models: [], workers: 1, drainMs: 0, bodyLimitBytes: 100_000 });
});

afterAll(async () => {
  await app.close();
  await remove();
});

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom("", "\u0000", "\ud83c", "\ufeff", "__proto__", "constructor", "NaN", "a".repeat(9000)),
);
const anyValue = fc.oneof(
  fc.jsonValue(),
  anyText,
  fc.array(anyText, { maxLength: 300 }),
  fc.constantFrom("letters", null, 1e308, -0, {}, []),
);
const optionNames = taskNames.flatMap((task) => Object.keys(taskSchemas(task).options.shape));
/** What a request may ask for: few tokens, or the fuzz writes texts for hours. */
const options = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  fc.record({ maxTokens: fc.integer({ min: 1, max: 3 }), temperature: fc.constantFrom(0, 1, 100), seed: fc.nat() }),
  fc.record({ topK: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ top: fc.integer({ min: 1, max: 9 }) }),
  fc.dictionary(fc.constantFrom(...optionNames), fc.oneof(fc.constantFrom(-1, 0, 1, 1e308, "1", null), fc.jsonValue())),
);
const v1Body = fc.oneof(
  fc.record({ texts: fc.array(anyText, { maxLength: 30 }), options }),
  fc.record({ texts: anyValue, text: anyValue, options: anyValue }, { requiredKeys: [] }),
);
const tensor = fc.record(
  {
    name: fc.oneof(fc.constant("text"), anyValue),
    parameters: fc.oneof(fc.record({ binary_data_size: fc.oneof(fc.nat(40), anyValue) }), anyValue),
    datatype: fc.oneof(fc.constant("BYTES"), anyValue),
    shape: fc.oneof(fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 3 }), anyValue),
    data: fc.oneof(fc.array(anyText, { maxLength: 4 }), anyValue),
  },
  { requiredKeys: [] },
);
const outputNames = taskNames.flatMap((task) => Object.keys(inferenceRow(task).tensors.outputs));
const v2Body = fc.record(
  {
    id: fc.oneof(anyText, anyValue),
    inputs: fc.oneof(fc.array(tensor, { maxLength: 2 }), anyValue),
    parameters: fc.oneof(
      fc.constant({ max_tokens: 2 }),
      fc.dictionary(fc.constantFrom("top_k", "max_tokens", "top", "other"), anyValue),
      anyValue,
    ),
    outputs: fc.oneof(
      fc.array(
        fc.record(
          {
            name: fc.oneof(fc.constantFrom(...outputNames), anyText),
            parameters: fc.record(
              { binary_data: fc.oneof(fc.boolean(), anyValue), classification: fc.oneof(fc.nat(4), anyValue) },
              { requiredKeys: [] },
            ),
          },
          { requiredKeys: ["name"] },
        ),
      ),
      anyValue,
    ),
  },
  { requiredKeys: [] },
);
const deep = fc.integer({ min: 1, max: 20_000 }).map((depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`);
const numbers = fc.constantFrom(
  '{"text": 1e999}',
  '{"texts": [1e999, -1e999]}',
  '{"texts": NaN}',
  '{"text": "\\ud800"}',
);
const payload = fc.oneof(
  fc.oneof(v1Body, v2Body, anyValue).map((value) => JSON.stringify(value)),
  deep,
  deep.map((lists) => `{"texts": ${lists}}`),
  deep.map((lists) => `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ${lists}}]}`),
  numbers,
  fc.string(),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
);
const name = fc.oneof(
  fc.constantFrom(...taskNames, "letters", "letters:1", "letters@champion", "letters:2", "..", "__proto__", "%00"),
  fc.string().map(encodeURIComponentSafely),
);
const url = fc.oneof(
  name.map((model) => `/v1/models/${model}/predict`),
  fc
    .tuple(name, fc.constantFrom("", "?all=true", "?top_k=2", "?top_k=1e99", "?top_k[]=1", "?__proto__=1", "?%zz"))
    .map(([model, query]) => `/v1/models/${model}/predict${query}`),
  name.map((model) => `/v2/models/${model}/infer`),
  fc
    .tuple(name, fc.constantFrom("1", "2", "01", "-1", "x", "1e0"))
    .map(([model, version]) => `/v2/models/${model}/versions/${version}/infer`),
  fc.constantFrom(
    "/",
    "/metrics",
    "/openapi.json",
    "/v1/models",
    "/v2",
    "/v2/health/live",
    "/v2/health/ready",
    "/v2/models/letters",
    "/v1/feedback",
    "/v1/models/letters/openapi.json",
    "/v2/models/stats",
    "/v2/repository/index",
    "/v2/repository/models/letters/load",
    "/v1/chat/completions",
    "/v1/embeddings",
  ),
  fc.webPath({ size: "small" }).map((path) => `/${path}`),
);

function encodeURIComponentSafely(value: string): string {
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, "\uFFFD"));
}

describe("every route", () => {
  test("answers whatever comes with JSON of its form, never with 500, and stays well", async () => {
    const contentType = fc.oneof(
      { weight: 8, arbitrary: fc.constant("application/json") },
      fc.constantFrom(
        "application/octet-stream",
        "text/plain",
        "application/json; charset=utf-16",
        "multipart/form-data; boundary=x",
        "",
      ),
    );
    const method = fc.oneof(
      { weight: 6, arbitrary: fc.constant("POST" as const) },
      fc.constantFrom("GET" as const, "PUT" as const, "DELETE" as const, "HEAD" as const, "OPTIONS" as const),
    );
    const jsonLength = fc.oneof(
      { weight: 8, arbitrary: fc.constant(undefined) },
      fc.oneof(fc.nat(200), fc.constantFrom("-1", "x", "1e1", "0x9", "")).map(String),
    );
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(method, url, contentType, jsonLength, payload, async (verb, path, type, length, body) => {
        const withBody = verb === "POST" || verb === "PUT";
        const headers = {
          ...(type === "" ? {} : { "content-type": type }),
          ...(length === undefined ? {} : { "inference-header-content-length": length }),
        };
        const response = await app.inject({ method: verb, url: path, ...(withBody ? { headers, payload: body } : {}) });
        const { statusCode } = response;
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
        expect(statusCode, `${verb} ${path} ${response.body}`).toBeLessThan(500);
        if (statusCode < 400 || verb === "HEAD") return;
        const keys = FOREIGN.test(response.raw.req.url!.split("?")[0]!)
          ? ["error"]
          : ["code", "message", "details", "requestId"];
        expect(Object.keys(response.json())).toEqual(keys);
        expect(response.body).not.toMatch(/node_modules|\.js:\d|\.ts:\d/);
      }),
      { numRuns: RUNS, seed: 20261124 },
    );
    // The fuzz proves something only if it reaches both sides of every check.
    for (const status of [200, 400, 404, 405, 415]) expect(statuses.get(status) ?? 0, `${status}`).toBeGreaterThan(5);
    const well = await app.inject({ method: "POST", url: "/v1/models/letters/predict", payload: { text: "bb" } });
    expect(well.json().predictions).toMatchObject([{ label: "b" }]);
    expect((await app.inject("/metrics")).body).toContain("modelwright_worker_restarts_total 0");
  });
});
