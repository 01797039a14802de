import type { FastifyInstance } from "fastify";
import type { Lifecycle } from "../lifecycle.ts";
import type { ServerMetrics } from "./server-metrics.ts";

/** Counts and times every request, and tells the lifecycle when one begins and ends, also if the client leaves. */
export function observeRequests(
  app: FastifyInstance,
  {
    metrics,
    lifecycle,
  }: {
    readonly metrics: ServerMetrics;
    readonly lifecycle: Lifecycle;
  },
): void {
  app.addHook("onRequest", (request, reply, next) => {
    const startedAt = performance.now();
    const leave = lifecycle.enter();
    // "close" follows "finish"; alone it means that the client left. Injected requests only finish.
    const end = (status: number) => () => {
      response.off("finish", finish);
      response.off("close", close);
      leave();
      // The pattern, not the path: a label must not take values without end.
      const labels = { route: request.routeOptions.url ?? "unknown", method: request.method };
      metrics.requests.inc({ ...labels, status: status === 0 ? response.statusCode : status });
      metrics.requestDuration.observe(labels, (performance.now() - startedAt) / 1000);
    };
    const response = reply.raw;
    const finish = end(0);
    const close = end(499);
    response.once("finish", finish);
    response.once("close", close);
    next();
  });
}
