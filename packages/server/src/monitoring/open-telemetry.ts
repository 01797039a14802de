import { importPeer, ModelwrightError } from "@modelwright/contracts";
import { SERVER_NAME, SERVER_VERSION } from "../server-version.ts";
import type { RequestTimes } from "./request-watch.ts";
import type { RequestFacts, RequestSpan, Tracing } from "./tracing.ts";

/** A collector that does not answer must not keep a server that stops. */
const LAST_SENDING_MS = 2000;

/** With the versions that go together: npm would take newer ones of some. */
const PACKAGES = [
  "@opentelemetry/api@1.9",
  "@opentelemetry/resources@2",
  "@opentelemetry/sdk-trace-node@2",
  "@opentelemetry/exporter-trace-otlp-http@0.223",
];

/**
 * Sends spans to a collector by OTLP over HTTP: of each request one, under it how long it waited and how long it was run.
 * What OpenTelemetry reads from its own variables, such as headers and the name of the service, holds here too.
 *
 * @param url Of the collector, `/v1/traces` is put behind it: `http://localhost:4318`.
 * @throws {ModelwrightError} `SERVER_OPTION_INVALID`; `PEER_MISSING` where OpenTelemetry's packages are not installed.
 */
export async function openTelemetry(url: string): Promise<Tracing> {
  requireHttp(url);
  const { api, sdk, resources, exporter } = await importPeer({
    name: PACKAGES.join(" "),
    purpose: "Traces for OpenTelemetry",
    load: async () => {
      const [api, sdk, resources, exporter] = await Promise.all([
        import("@opentelemetry/api"),
        import("@opentelemetry/sdk-trace-node"),
        import("@opentelemetry/resources"),
        import("@opentelemetry/exporter-trace-otlp-http"),
      ]);
      return { api, sdk, resources, exporter };
    },
  });
  const traces = new exporter.OTLPTraceExporter({ url: `${url.replace(/\/+$/, "")}/v1/traces` });
  const provider = new sdk.NodeTracerProvider({
    resource: resources.defaultResource().merge(
      resources.resourceFromAttributes({
        "service.name": process.env["OTEL_SERVICE_NAME"] ?? SERVER_NAME,
        "service.version": SERVER_VERSION,
      }),
    ),
    spanProcessors: [new sdk.BatchSpanProcessor(traces)],
  });
  // Not registered for the whole process: several servers may live in it, and programs that trace by themselves.
  const tracer = provider.getTracer(SERVER_NAME, SERVER_VERSION);
  const { SpanKind, SpanStatusCode, TraceFlags } = api;
  return {
    begin(parent, { times }): RequestSpan {
      const root =
        parent === undefined
          ? api.ROOT_CONTEXT
          : api.trace.setSpanContext(api.ROOT_CONTEXT, {
              traceId: parent.traceId,
              spanId: parent.spanId,
              traceFlags: parent.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
              isRemote: true,
            });
      const span = tracer.startSpan("request", { kind: SpanKind.SERVER, startTime: epoch(times.startedAt) }, root);
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        context: { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
        end(facts, watch) {
          const within = api.trace.setSpan(root, span);
          for (const { name, from, to } of partsOf(watch.times))
            tracer.startSpan(name, { startTime: epoch(from) }, within).end(epoch(to));
          span.updateName(`${facts.method} ${facts.route ?? "unknown"}`);
          span.setAttributes(attributesOf(facts));
          if (facts.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end(epoch(times.startedAt + facts.durationMs));
        },
      };
    },
    async close() {
      const tooLong = new Promise<void>((resolve) => {
        setTimeout(resolve, LAST_SENDING_MS).unref();
      });
      await Promise.race([provider.shutdown().catch(() => {}), tooLong]);
    },
  };
}

/** The names of OpenTelemetry's conventions for HTTP, and ours for what they do not know. */
function attributesOf({ requestId, method, route, status, model, version, items, code }: RequestFacts) {
  return {
    "http.request.method": method,
    "http.response.status_code": status,
    "modelwright.request_id": requestId,
    ...(route === undefined ? {} : { "http.route": route }),
    ...(model === undefined ? {} : { "modelwright.model": model }),
    ...(version === undefined ? {} : { "modelwright.version": version }),
    ...(items === undefined ? {} : { "modelwright.items": items }),
    ...(code === undefined ? {} : { "error.type": code }),
  };
}

/** What a request spent its time on. */
function partsOf({ queuedAt, leftAt, answeredAt }: RequestTimes) {
  return [
    { name: "queue", from: queuedAt, to: leftAt ?? answeredAt },
    { name: "compute", from: leftAt, to: answeredAt },
  ].flatMap(({ name, from, to }) => (from === undefined || to === undefined ? [] : [{ name, from, to }]));
}

/** Milliseconds since 1970, of a time of `performance.now()`. */
function epoch(time: number): number {
  return performance.timeOrigin + time;
}

function requireHttp(url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  const rule = "the URL of a collector that takes OTLP over HTTP, for example http://localhost:4318";
  throw new ModelwrightError("SERVER_OPTION_INVALID", { option: "otlp", rule, got: url });
}
