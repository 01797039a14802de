import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../create-server.ts";
import { get, post } from "../testing/requests.ts";
import { openTinyRegistry } from "../testing/tiny-registry.ts";

let app: FastifyInstance;
let remove: () => Promise<void>;

beforeAll(async () => {
  const opened = await openTinyRegistry();
  remove = opened.remove;
  app = await createServer({ registry: opened.registry, models: [], workers: 1, drainMs: 0 });
});

afterAll(async () => {
  await app.close();
  await remove();
});

/** Samples of one metric, `labels → value`. */
async function samples(name: string): Promise<Record<string, number>> {
  const { body } = await app.inject("/metrics");
  const lines = body.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return Object.fromEntries(
    lines.map((line) => {
      const space = line.lastIndexOf(" ");
      return [line.slice(name.length, space), Number(line.slice(space + 1))];
    }),
  );
}

describe("GET /metrics", () => {
  test("names metrics by the rules of promtool check metrics", async () => {
    const { body } = await app.inject("/metrics");
    const lines = body.split("\n");
    const types = new Map(
      lines.flatMap((line) => {
        const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, type!] as const];
      }),
    );
    expect(types.size).toBeGreaterThan(15);
    for (const [name, type] of types) {
      expect([name, name.endsWith("_total")]).toEqual([name, type === "counter"]);
      expect(name).not.toMatch(/_(?:count|sum|bucket|ms|milliseconds|minutes|kb|mb)$/);
      expect(lines.some((line) => line.startsWith(`# HELP ${name} `) && line.length > `# HELP ${name} `.length)).toBe(
        true,
      );
    }
  });

  test("counts requests by pattern, and predictions by label", async () => {
    await post(app, "/v1/models/letters/predict", { texts: ["a", "b", "bb"] });
    await post(app, "/v1/models/letters/predict", { texts: [] });
    await get(app, "/no/such/route");
    expect(await samples("modelwright_requests_total")).toMatchObject({
      '{route="/v1/models/:name/predict",method="POST",status="200"}': 1,
      '{route="/v1/models/:name/predict",method="POST",status="400"}': 1,
      '{route="unknown",method="GET",status="404"}': 1,
    });
    expect(await samples("modelwright_predictions_total")).toEqual({
      '{model="letters",version="1",label="a"}': 1,
      '{model="letters",version="1",label="b"}': 2,
    });
    const version = '{model="letters",version="1"}';
    expect(await samples("modelwright_batch_size_sum")).toEqual({ [version]: 3 });
    expect(await samples("modelwright_queue_duration_seconds_count")).toEqual({ [version]: 3 });
    expect(await samples("modelwright_inference_duration_seconds_count")).toEqual({ [version]: 1 });
    expect(await samples("modelwright_queue_size")).toEqual({ "": 0 });
    expect(await samples("modelwright_worker_restarts_total")).toEqual({ "": 0 });
    expect(Object.values(await samples("modelwright_model_info"))).toEqual([1]);
    expect(Object.keys(await samples("process_cpu_seconds_total"))).toEqual([""]);
  });

  test("is in Prometheus' text format", async () => {
    const { headers } = await app.inject("/metrics");
    expect(headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
  });
});

interface Operation {
  summary?: string;
  requestBody?: { content: Record<string, { example?: unknown; examples?: unknown; schema: { examples?: unknown } }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: { examples?: unknown } }> }>;
}

describe("GET /openapi.json", () => {
  test("describes every route of the server, each answer and an example of each JSON body", async () => {
    const { body } = await get(app, "/openapi.json");
    expect(body.openapi).toBe("3.1.0");
    const paths = body.paths as Record<string, Record<string, Operation>>;
    expect(
      Object.entries(paths)
        .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
        .toSorted(),
    ).toEqual([
      "get /",
      "get /health",
      "get /metrics",
      "get /models/{name}/report",
      "get /openapi.json",
      "get /playground.json",
      "get /v1/models",
      "get /v1/models/{name}",
      "get /v1/models/{name}/openapi.json",
      "get /v2",
      "get /v2/health/live",
      "get /v2/health/ready",
      "get /v2/models/stats",
      "get /v2/models/{name}",
      "get /v2/models/{name}/ready",
      "get /v2/models/{name}/stats",
      "get /v2/models/{name}/versions/{version}",
      "get /v2/models/{name}/versions/{version}/ready",
      "get /v2/models/{name}/versions/{version}/stats",
      "post /v1/chat/completions",
      "post /v1/completions",
      "post /v1/embeddings",
      "post /v1/feedback",
      "post /v1/models/{name}/predict",
      "post /v2/models/{name}/infer",
      "post /v2/models/{name}/versions/{version}/infer",
      "post /v2/repository/index",
      "post /v2/repository/models/{name}/load",
      "post /v2/repository/models/{name}/unload",
    ]);
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { summary, requestBody, responses }] of Object.entries(methods)) {
        const where = `${method} ${path}`;
        expect(summary, where).toMatch(/\w/);
        expect(Object.keys(responses).length, where).toBeGreaterThan(0);
        if (requestBody !== undefined) {
          const media = requestBody.content["application/json"]!;
          expect(media.example ?? media.examples ?? media.schema.examples, where).toBeDefined();
        }
        for (const [status, { description, content = {} }] of Object.entries(responses)) {
          expect(description, `${where} ${status}`).toMatch(/\w/);
          if (!path.startsWith("/v") || content["application/json"] === undefined) continue;
          expect(content["application/json"].schema.examples, `${where} ${status}`).toBeDefined();
        }
      }
    }
  });

  test("its example of a request is one that the server accepts", async () => {
    const { body } = await get(app, "/openapi.json");
    const media = body.paths["/v1/models/{name}/predict"].post.requestBody.content["application/json"];
    for (const { value } of Object.values(media.examples) as { value: unknown }[]) {
      expect((await post(app, "/v1/models/letters/predict", value)).status).toBe(200);
    }
    const inference = body.paths["/v2/models/{name}/infer"].post.requestBody.content["application/json"];
    expect((await post(app, "/v2/models/letters/infer", inference.example)).status).toBe(200);
  });

  test("says where it lies and by what one is let in, and names each operation once", async () => {
    const { body } = await get(app, "/openapi.json");
    expect(body.servers).toEqual([expect.objectContaining({ url: "/" })]);
    expect(body.components.securitySchemes.key).toMatchObject({ type: "http", scheme: "bearer" });
    const operations = Object.values(body.paths as Record<string, Record<string, { operationId?: string }>>);
    const ids = operations.flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z0-9]+$/);
  });
});

describe("every answer", () => {
  test.each(["/", "/health", "/v1/models", "/nothing", "/openapi.json"])("at %s is safe in a browser", async (path) => {
    const { headers } = await app.inject(path);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
  });
});

describe("GET /", () => {
  test("is a page that loads nothing from elsewhere", async () => {
    const { statusCode, headers, body } = await app.inject("/");
    expect(statusCode).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});
