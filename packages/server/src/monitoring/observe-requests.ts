import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Lifecycle } from "../lifecycle.ts";
import { askedModel } from "./asked-model.ts";
import { RequestWatch } from "./request-watch.ts";
import type { ServerMetrics } from "./server-metrics.ts";
import { formatTraceparent, parseTraceparent, type TraceContext } from "./trace-context.ts";
import type { RequestFacts, RequestSpan, Tracing } from "./tracing.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What it goes through. */
    watch: RequestWatch;
  }
}

/** A client that left before the answer, as nginx counts it. */
const CLIENT_LEFT = 499;

/**
 * Counts, times, logs and traces every request, and tells the lifecycle when one begins and ends, also if the client leaves.
 *
 * A line of the log says what was asked of which version and how it went, and holds nothing of what was sent.
 */
export function observeRequests(
  app: FastifyInstance,
  {
    metrics,
    lifecycle,
    tracing,
    isLogged,
  }: {
    readonly metrics: ServerMetrics;
    readonly lifecycle: Lifecycle;
    /** Whether each request has its line in the log. */
    readonly isLogged: boolean;
    /** Absent: contexts of clients are only noted and given back. */
    readonly tracing?: Tracing | undefined;
  },
): void {
  app.decorateRequest("watch");
  app.addHook("onRequest", (request, reply, next) => {
    const watch = new RequestWatch();
    request.watch = watch;
    const parent = parseTraceparent(request.headers.traceparent);
    const span = tracing?.begin(parent, watch);
    const context = span?.context ?? parent;
    if (context !== undefined) reply.header("traceparent", formatTraceparent(context));
    const leave = lifecycle.enter();
    // "close" follows "finish"; alone it means that the client left. Injected requests only finish.
    const end = (status: () => number) => () => {
      response.off("finish", finish);
      response.off("close", close);
      leave();
      observe(request, { status: status(), metrics, isLogged, span, context });
    };
    const response = reply.raw;
    const finish = end(() => response.statusCode);
    const close = end(() => CLIENT_LEFT);
    response.once("finish", finish);
    response.once("close", close);
    next();
  });
  app.addHook("onClose", () => tracing?.close());
}

function observe(
  request: FastifyRequest,
  {
    status,
    metrics,
    isLogged,
    span,
    context,
  }: {
    readonly status: number;
    readonly metrics: ServerMetrics;
    readonly isLogged: boolean;
    readonly span: RequestSpan | undefined;
    readonly context: TraceContext | undefined;
  },
): void {
  const { watch, method, routeOptions } = request;
  const durationMs = performance.now() - watch.times.startedAt;
  // The pattern, not the path: a label must not take values without end.
  const labels = { route: routeOptions.url ?? "unknown", method };
  metrics.requests.inc({ ...labels, status });
  metrics.requestDuration.observe(labels, durationMs / 1000);
  if (span === undefined && !isLogged) return;
  const facts = factsOf(request, { status, durationMs });
  span?.end(facts, watch);
  const { requestId: _, ...logged } = facts;
  request.log.info(
    {
      ...logged,
      ...(request.client === undefined ? {} : { key: request.client.name }),
      ...(context === undefined ? {} : { traceId: context.traceId, spanId: context.spanId }),
    },
    "request",
  );
}

function factsOf(
  request: FastifyRequest,
  { status, durationMs }: Pick<RequestFacts, "status" | "durationMs">,
): RequestFacts {
  const { watch, id, method, routeOptions } = request;
  const { queuedAt, leftAt, answeredAt } = watch.times;
  const asked = watch.version ?? askedModel(request);
  return {
    requestId: id,
    method,
    ...(routeOptions.url === undefined ? {} : { route: routeOptions.url }),
    status,
    durationMs: rounded(durationMs),
    ...(asked === undefined ? {} : { model: asked.name, version: asked.version }),
    ...(watch.items === undefined ? {} : { items: watch.items }),
    ...(queuedAt === undefined || leftAt === undefined ? {} : { queueMs: rounded(leftAt - queuedAt) }),
    ...(leftAt === undefined || answeredAt === undefined ? {} : { computeMs: rounded(answeredAt - leftAt) }),
    ...(watch.code === undefined ? {} : { code: watch.code }),
  };
}

/** Microseconds are exact enough. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
