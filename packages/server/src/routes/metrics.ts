import type { FastifyInstance } from "fastify";
import type { RouteContext } from "./route-context.ts";
import { routeSchema } from "./route-schema.ts";

export function metricsRoute(app: FastifyInstance, { metrics }: RouteContext): void {
  const schema = routeSchema({
    summary: "Metrics for Prometheus",
    needs: "metrics",
    tag: "operations",
    responses: { 200: { description: "Prometheus text format", contentType: "text/plain" } },
  });
  app.get("/metrics", { schema }, async (_, reply) => {
    const { contentType, body } = await metrics.expose();
    return reply.type(contentType).send(body);
  });
}
