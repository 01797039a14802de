import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createServerWith } from "../create-server.ts";
import type { ServerOptions } from "../server-options.ts";
import { openTinyRegistry, type TinyRegistry } from "../testing/tiny-registry.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

let tiny: TinyRegistry;
let lines: Record<string, unknown>[];
beforeEach(async () => {
  tiny = await openTinyRegistry();
  lines = [];
});
afterEach(() => tiny.remove());

async function served(options: Partial<ServerOptions>) {
  const logTo = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const given = { registry: tiny.registry, models: [], workers: 1, drainMs: 0, logger: true };
  return createServerWith({ ...given, ...options }, { logTo });
}

type App = Awaited<ReturnType<typeof served>>;

function predict(app: App, payload: string, headers: Record<string, string> = {}) {
  return app.inject({
    method: "POST",
    url: "/v1/models/letters@champion/predict?all=true",
    headers: { "content-type": "application/json", ...headers },
    payload,
  });
}

/** Lines of requests alone. */
const requests = () => lines.filter(({ msg }) => msg === "request");

describe("the log", () => {
  test("has a line for each request, of which version it asked and how it went, with nothing of what was sent", async () => {
    const app = await served({});
    const traceparent = `00-${TRACE}-${SPAN}-01`;
    const answer = await predict(app, '{"texts":["a secret"]}', { "x-request-id": "shop-7", traceparent });
    await predict(app, '{"texts":[7]}', { "x-request-id": "not sane" });
    await app.inject("/nothing?secret=1");
    await app.close();
    expect(answer.headers).toMatchObject({ "x-request-id": "shop-7", traceparent });
    const [good, bad, unknown, ...more] = requests();
    expect(more).toEqual([]);
    expect(good).toMatchObject({
      level: 30,
      requestId: "shop-7",
      method: "POST",
      route: "/v1/models/:name/predict",
      status: 200,
      model: "letters",
      version: 1,
      items: 1,
      durationMs: expect.any(Number),
      queueMs: expect.any(Number),
      computeMs: expect.any(Number),
      traceId: TRACE,
      spanId: SPAN,
    });
    const { durationMs, queueMs, computeMs } = good as Record<string, number>;
    expect(queueMs! + computeMs!).toBeLessThanOrEqual(durationMs! + 0.01);
    expect(bad).toMatchObject({ status: 400, code: "SERVER_REQUEST_INVALID", model: "letters" });
    expect(bad!["requestId"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(unknown).toMatchObject({ status: 404, code: "SERVER_ROUTE_UNKNOWN" });
    expect(JSON.stringify(lines)).not.toContain("secret");
  });

  test("says whose key let it in, and not the key", async () => {
    const { token } = await tiny.registry.stores.keys.create({ name: "shop", roles: ["predict"] });
    const app = await served({});
    await predict(app, '{"text":"a"}', { authorization: `Bearer ${token}` });
    await predict(app, '{"text":"a"}');
    await app.close();
    expect(requests()).toMatchObject([
      { status: 200, key: "shop" },
      { status: 401, code: "ACCESS_KEY_MISSING" },
    ]);
    expect(JSON.stringify(lines)).not.toContain(token);
  });
});

interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code?: number };
}

/** A collector that keeps what it is sent. */
async function openCollector() {
  const spans: SentSpan[] = [];
  const services: unknown[] = [];
  const server = createHttpServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    const { resourceSpans } = JSON.parse(String(text));
    expect(request.url).toBe("/v1/traces");
    for (const { resource, scopeSpans } of resourceSpans) {
      services.push(resource.attributes.find(({ key }: { key: string }) => key === "service.name").value.stringValue);
      for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    response.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    services,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe("traces", () => {
  test("of a request hold how long it waited and was run, under the client's span", async () => {
    const collector = await openCollector();
    const app = await served({ otlp: `${collector.url}/`, logger: false });
    const answer = await predict(app, '{"texts":["a","b"]}', { traceparent: `00-${TRACE}-${SPAN}-01` });
    await predict(app, "{");
    await app.close();
    await collector.close();
    const named = (name: string) => collector.spans.filter((span) => span.name === name);
    const [good, bad] = named("POST /v1/models/:name/predict");
    expect(good).toMatchObject({ traceId: TRACE, parentSpanId: SPAN, kind: 2 });
    expect(answer.headers["traceparent"]).toBe(`00-${TRACE}-${good!.spanId}-01`);
    const attributes = Object.fromEntries(good!.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
    expect(attributes).toEqual({
      "http.request.method": "POST",
      "http.response.status_code": 200,
      "http.route": "/v1/models/:name/predict",
      "modelwright.request_id": answer.headers["x-request-id"],
      "modelwright.model": "letters",
      "modelwright.version": 1,
      "modelwright.items": 2,
    });
    const within = [named("queue")[0]!, named("compute")[0]!];
    const nanos = ({ startTimeUnixNano, endTimeUnixNano }: SentSpan) =>
      [startTimeUnixNano, endTimeUnixNano].map(BigInt);
    for (const span of within) {
      expect(span).toMatchObject({ traceId: TRACE, parentSpanId: good!.spanId });
      expect(nanos(span)[0]! >= nanos(good!)[0]! && nanos(span)[1]! <= nanos(good!)[1]!).toBe(true);
    }
    expect(nanos(within[0]!)[1]).toBe(nanos(within[1]!)[0]);
    expect(collector.spans).toHaveLength(4);
    expect(bad!.traceId).not.toBe(TRACE);
    expect(JSON.stringify(bad!.attributes)).toContain("SERVER_BODY_INVALID");
    expect(new Set(collector.services)).toEqual(new Set(["modelwright"]));
  });

  test("a client that keeps no trace gets none kept", async () => {
    const collector = await openCollector();
    const app = await served({ otlp: collector.url, logger: false });
    const answer = await predict(app, '{"text":"a"}', { traceparent: `00-${TRACE}-${SPAN}-00` });
    await app.close();
    await collector.close();
    expect(answer.headers["traceparent"]).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    expect(collector.spans).toEqual([]);
  });

  test("a collector that is away holds up no answer, and not the end", async () => {
    const collector = await openCollector();
    await collector.close();
    const app = await served({ otlp: collector.url, logger: false });
    expect((await predict(app, '{"text":"a"}')).statusCode).toBe(200);
    const before = performance.now();
    await app.close();
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  test.each(["localhost:4318", "grpc://localhost:4317", ""])("to %j are refused", async (otlp) => {
    await expect(served({ otlp })).rejects.toMatchObject({
      code: "SERVER_OPTION_INVALID",
      details: { option: "otlp" },
    });
  });
});
